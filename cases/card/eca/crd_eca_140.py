"""Card, qPBOC: a card that prefers contacts for online refuses the field."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-140",
    revision=1,
    purpose="The card that prefers contacts for online transactions answers 6985 to a reader that has contacts when it would go online.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3", "PB-4.7"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="prefers-contacts",
)
def contact_is_preferred_for_online(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap with TTQ 36800080"):
        answer = card.contactless.start(amount="1.00", told={0x9F66: "36800080"})
        expect.status(
            card, answer.response, "6985", command="GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018"
        )
