"""Contactless, any session: amounts and dates are digits."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CLS-760",
    revision=1,
    purpose="The terminal fills amounts, codes, date and type of the card's PDOL with decimal digits, two in a byte.",
    refs=["EMV Book 3"],
    sources=["PB-7.2"],
    applies_if="TERMINAL.CONTACTLESS",
    needs=("O1", "session"),
)
def digits_in_lists(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless()

    with run.step("The values in the filled lists are looked at"):
        expect.amounts_in_digits(heard, ref="EMV Book 3")
