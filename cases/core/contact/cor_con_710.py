"""Contact, any session: the records of the AFL."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CON-710",
    revision=1,
    purpose="The terminal reads the records that the AFL names, in its order, each once, and no others before them.",
    refs=["JR/T 0025.6", "EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "session"),
)
def records_in_order(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("READ RECORD")

    with run.step("The records read are held against the AFL"):
        expect.records_read(heard, ref="EMV Book 3")
