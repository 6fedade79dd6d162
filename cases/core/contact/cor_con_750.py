"""Contact, any session: unpredictable numbers."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CON-750",
    revision=1,
    purpose="The terminal gives the card another unpredictable number (9F37) in every transaction.",
    refs=["EMV Book 4"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "session"),
)
def fresh_numbers(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GET PROCESSING OPTIONS")

    with run.step("The unpredictable numbers of its transactions are compared"):
        expect.numbers_fresh(heard, ref="EMV Book 4")
