"""Card, qPBOC: a card that was never online goes online."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-ECA-060",
    revision=1,
    purpose="The card that was never online answers an online-capable reader with an ARQC and says in its CVR that it is new, where 9F68 asks for the check.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3", "PB-4.7"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="new-card",
)
def new_card_goes_online(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 1.00 at an online-capable reader"):
        answer = card.contactless.start(amount="1.00", told={0x9F66: "36000080"})
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.12-2018")
        expect.cvr_says(card, answer, Cvr.NEW_CARD, ref="JR/T 0025.12-2018")
