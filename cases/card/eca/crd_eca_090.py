"""Card, qPBOC: another currency goes online unless 9F68 allows it offline."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-090",
    revision=1,
    purpose="The card answers an online-capable reader with an ARQC to a transaction in another currency, and spends nothing of its balance.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018"],
    sources=["PB-7.3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="one-foreign-tap",
)
def foreign_currency_goes_online(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap in US dollars at an online-capable reader"):
        answer = card.contactless.pay(amount="1.00", told={0x5F2A: "0840", 0x9F66: "36000080"})
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.12-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
