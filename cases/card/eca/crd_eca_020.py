"""Card, qPBOC: an amount above the single-transaction limit is declined offline."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-ECA-020",
    revision=1,
    purpose="The card answers an offline-only reader with an AAC, and its CVR says that a velocity check failed, when the amount is above its single-transaction limit (9F78).",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="single-limit-1",
)
def single_limit_declines_offline(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 1.01 with the limit at 1.00"):
        answer = card.contactless.start(amount="1.01")
        expect.decision(card, answer, "AAC", ref="JR/T 0025.12-2018")
        expect.cvr_says(card, answer, Cvr.VELOCITY_EXCEEDED, ref="JR/T 0025.12-2018")
