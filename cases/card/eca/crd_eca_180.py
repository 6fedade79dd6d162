"""Card, qPBOC: a reader without qPBOC is refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-180",
    revision=1,
    purpose="The card answers GET PROCESSING OPTIONS with 6985 when the reader offers neither contactless debit/credit nor qPBOC in its TTQ.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.2", "PB-2"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
)
def reader_without_qpboc_is_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap with TTQ 08000080"):
        answer = card.contactless.start(amount="1.00", told={0x9F66: "08000080"})
        expect.status(
            card, answer.response, "6985", command="GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018"
        )
