"""Card, dual currency: a tap in the second currency is paid from its own balance."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-250",
    revision=1,
    purpose="The card pays an offline tap in its second currency from DF79 and leaves the balance of the first as it is.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018"],
    sources=["PB-7.6", "PB-3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.DUAL_CURRENCY",
    sample="balance-50",
)
def second_currency_pays_from_its_own_balance(card: Card, run: CaseRun) -> None:
    with run.preamble("A tap over 1.00 in Hong Kong dollars"):
        card.reset()
        answer = card.contactless.pay(amount="1.00", told={0x5F2A: "0344"})

    with run.step("The decision and both balances"):
        expect.decision(card, answer, "TC", ref="JR/T 0025.12-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
        expect.equal(card.object(0xDF79).hex(), "000000003900", what="DF79", ref="JR/T 0025.13-2018")
