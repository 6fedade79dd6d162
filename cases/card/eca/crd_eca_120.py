"""Card, qPBOC: signature is asked for where online PIN is not to be had."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-120",
    revision=1,
    purpose="The card sets signature required in 9F6C at an offline-only reader that can take one, and refuses the reader that can take neither with 6985.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3", "PB-4.6"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="cvm-limit-1",
)
def signature_is_asked_for(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 1.01 at a reader with signature"):
        card.contactless.start(amount="1.01", told={0x9F66: "2A000080"})
        expect.equal(card.contactless.card[0x9F6C].hex(), "4000", what="9F6C", ref="JR/T 0025.12-2018")

    with run.step("The same at a reader without any"):
        card.reset()
        answer = card.contactless.start(amount="1.01", told={0x9F66: "28000080"})
        expect.status(
            card, answer.response, "6985", command="GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018"
        )
