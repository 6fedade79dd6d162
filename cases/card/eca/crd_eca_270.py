"""Card, dual currency: GET DATA speaks of the currency of the transaction."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-270",
    revision=1,
    purpose="The card answers GET DATA 9F79 with the second balance in a contact transaction of the second currency.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.DUAL_CURRENCY",
    interface="contact",
    sample="balance-50",
)
def second_balance_is_told_in_its_transaction(card: Card, run: CaseRun) -> None:
    with run.preamble("A purchase of 1.00 in Hong Kong dollars is initiated"):
        card.reset()
        card.contact.initiate(amount="1.00", told={0x5F2A: "0344", 0x9F7A: "01"})

    with run.step("GET DATA 9F79"):
        expect.equal(card.object(0x9F79).hex(), "000000004000", what="9F79", ref="JR/T 0025.13-2018")
