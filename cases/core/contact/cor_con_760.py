"""Contact, any session: amounts and dates are digits."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CON-760",
    revision=1,
    purpose="The terminal fills amounts, codes, date and type of the card's lists with decimal digits, two in a byte.",
    refs=["EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "session"),
)
def digits_in_lists(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GET PROCESSING OPTIONS")

    with run.step("The values in the filled lists are looked at"):
        expect.amounts_in_digits(heard, ref="EMV Book 3")
