"""Card, electronic cash over contacts: a terminal that supports it is paid from the balance."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-200",
    revision=1,
    purpose="The card answers a terminal that supports electronic cash with records that hold 9F74, and pays a TC from its balance.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="CARD.CONTACT and CARD.EC and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="balance-50",
)
def cash_is_paid_over_contacts(card: Card, run: CaseRun) -> None:
    with run.preamble("A purchase of 3.00 of electronic cash is initiated"):
        card.reset()
        card.contact.initiate(amount="3.00", told={0x9F7A: "01"})

    with run.step("Its records, and GENERATE AC asking for a TC"):
        expect.equal(0x9F74 in card.contact.card, True, what="9F74 in a record", ref="JR/T 0025.13-2018")
        answer = card.contact.generate_ac("TC")
        expect.decision(card, answer, "TC", ref="JR/T 0025.13-2018")
        expect.balance(card, "47.00", ref="JR/T 0025.13-2018")
