"""Card, qPBOC: the balance is spent to the last fen and not beyond."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-030",
    revision=1,
    purpose="The card approves offline an amount equal to its balance, holds 0.00 afterwards, and declines another 0.01.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018"],
    sources=["PB-7.3", "PB-3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="balance-2",
)
def balance_is_spent_to_the_last_fen(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over the whole balance of 2.00"):
        answer = card.contactless.pay(amount="2.00")
        expect.decision(card, answer, "TC", ref="JR/T 0025.12-2018")
        expect.balance(card, "0.00", ref="JR/T 0025.13-2018")

    with run.step("Another tap over 0.01"):
        card.reset()
        answer = card.contactless.start(amount="0.01")
        expect.decision(card, answer, "AAC", ref="JR/T 0025.12-2018")
