"""Card, qPBOC: offline taps in another currency are counted up to the limit."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-100",
    revision=1,
    purpose="The card approves offline as many taps in another currency as 9F53 allows, here one, and declines the next.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="one-foreign-tap",
)
def foreign_taps_are_counted(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap in US dollars"):
        answer = card.contactless.pay(amount="1.00", told={0x5F2A: "0840"})
        expect.decision(card, answer, "TC", ref="JR/T 0025.12-2018")

    with run.step("Another one"):
        card.reset()
        answer = card.contactless.start(amount="1.00", told={0x5F2A: "0840"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.12-2018")
