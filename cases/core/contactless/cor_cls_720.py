"""Contactless, any session: the records of the AFL."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CLS-720",
    revision=1,
    purpose="The terminal reads the records that the AFL names, in its order, each once, and no others before them.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS",
    needs=("O1", "session"),
)
def records_in_order(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless("READ RECORD")

    with run.step("The records read are held against the AFL"):
        expect.records_read(heard, ref="JR/T 0025.12-2018")
