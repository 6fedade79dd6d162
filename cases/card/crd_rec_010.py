"""Card, READ RECORD: a file ends with 6A83."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-REC-010",
    revision=1,
    purpose="The card answers READ RECORD beyond the last record of a file with 6A83.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC",
    control="CRD-SEL-010",
)
def reading_past_the_end_is_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has named the files"):
        card.reset()
        card.select("A0000003330101")
        answer = card.get_processing_options(card.pdol_data(amount="0.01"))
        expect.tag_present(card, answer, 0x94, ref="JR/T 0025.5")

    with run.step("Read record 16 of the first file"):
        answer = card.read_record(card.afl.entries[0].sfi, 16)
        expect.status(card, answer, "6A83", command="READ RECORD", ref="JR/T 0025.5")
