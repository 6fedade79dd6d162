"""Contactless, any session: unpredictable numbers."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CLS-750",
    revision=1,
    purpose="The terminal gives the card another unpredictable number (9F37) in every tap.",
    refs=["EMV Book 4"],
    sources=["PB-6.2"],
    applies_if="TERMINAL.CONTACTLESS",
    needs=("O1", "session"),
)
def fresh_numbers(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless()

    with run.step("The unpredictable numbers of its taps are compared"):
        expect.numbers_fresh(heard, ref="EMV Book 4")
