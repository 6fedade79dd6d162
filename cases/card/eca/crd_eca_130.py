"""Card, prepaid: the amount is deducted also when the card goes online."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-130",
    revision=1,
    purpose="The prepaid card that goes online deducts the amount with its ARQC, and declines an online transaction over nothing.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018"],
    sources=["PB-7.3", "PB-7.5"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC and CARD.PREPAID",
    sample="prepaid",
)
def prepaid_deducts_for_online(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("An online tap over 1.00 of 50.00"):
        answer = card.contactless.pay(amount="1.00", told={0x9F66: "36800080"})
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.12-2018")
        expect.balance(card, "49.00", ref="JR/T 0025.13-2018")

    with run.step("An online tap over 0.00"):
        card.reset()
        answer = card.contactless.start(amount="0.00", told={0x9F66: "36800080"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.12-2018")
