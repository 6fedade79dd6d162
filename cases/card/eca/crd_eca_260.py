"""Card, dual currency: the second balance is not overdrawn."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-260",
    revision=1,
    purpose="The card declines offline an amount in its second currency above DF79, whatever the first balance holds.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6", "PB-7.3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.DUAL_CURRENCY",
    sample="balance-50",
)
def second_balance_has_its_own_limits(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 40.01 Hong Kong dollars with 40.00 held"):
        answer = card.contactless.start(amount="40.01", told={0x5F2A: "0344"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.13-2018")
