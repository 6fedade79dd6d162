"""Contactless, any session: the PPSE comes first."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CLS-700",
    revision=1,
    purpose="The terminal begins a tap with the PPSE and selects an application that the PPSE lists.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-1"],
    applies_if="TERMINAL.CONTACTLESS",
    needs=("O1", "session"),
)
def directory_first(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless()

    with run.step("The selections of each tap are looked at"):
        expect.directory_first(heard, ref="JR/T 0025.12-2018")
