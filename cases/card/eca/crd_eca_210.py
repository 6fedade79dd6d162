"""Card, electronic cash over contacts: the terms stay those of the initiation."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-210",
    revision=1,
    purpose="The card declines a TC when CDOL1 repeats another amount than the PDOL told, and keeps its balance.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="CARD.CONTACT and CARD.EC and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="balance-50",
)
def terms_are_not_changed_between_commands(card: Card, run: CaseRun) -> None:
    with run.preamble("A purchase of 3.00 of electronic cash is initiated"):
        card.reset()
        card.contact.initiate(amount="3.00", told={0x9F7A: "01"})

    with run.step("GENERATE AC over 1.00"):
        answer = card.contact.generate_ac("TC", told={0x9F02: "000000000100"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.13-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
