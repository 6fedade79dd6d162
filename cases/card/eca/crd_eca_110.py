"""Card, qPBOC: an amount above the card's CVM limit asks for online PIN."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-110",
    revision=1,
    purpose="The card answers an online-capable reader with an ARQC and sets online PIN required in 9F6C when the amount is above its CVM limit (9F6B) and both sides have online PIN.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3", "PB-4.6"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="cvm-limit-1",
)
def cvm_limit_asks_for_online_pin(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 1.01 with the CVM limit at 1.00"):
        answer = card.contactless.start(amount="1.01", told={0x9F66: "36000080"})
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.12-2018")
        expect.equal(card.contactless.card[0x9F6C].hex(), "8000", what="9F6C", ref="JR/T 0025.12-2018")
