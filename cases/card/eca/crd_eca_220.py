"""Card, electronic cash over contacts: what it cannot pay is debit or credit."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-220",
    revision=1,
    purpose="The card takes an amount above its balance as debit or credit, whose records hold no 9F74.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6", "PB-3"],
    applies_if="CARD.CONTACT and CARD.EC and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="balance-50",
)
def what_cash_cannot_pay_is_debit(card: Card, run: CaseRun) -> None:
    with run.preamble("The card is powered"):
        card.reset()

    with run.step("A purchase of 50.01 with a balance of 50.00"):
        card.contact.initiate(amount="50.01", told={0x9F7A: "01"})
        expect.equal(0x9F74 in card.contact.card, False, what="9F74 in a record", ref="JR/T 0025.13-2018")
