"""Card, extended application: a torn segment leaves nothing."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-030",
    revision=1,
    purpose="The card that leaves the field after an update and before its last record keeps record and balance as they were.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8", "PB-7.5"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP",
    sample="metro-record",
)
def torn_segment_leaves_nothing(card: Card, run: CaseRun) -> None:
    with run.preamble("A segment over 3.00 with an update, then field off"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")
        card.contactless.initiate("3.00", told={0xDF60: "01"})
        card.extended.update(21, "05700711223344556677", "D5F1FE4A7F8C20FDEC49150BA2E00EDF")
        card.reset()

    with run.step("Record and balance"):
        card.contactless.select()
        held = card.extended.read(21, "0570")
        expect.equal(held.data.hex(), "05700700000000000000", what="record 0570", ref="JR/T 0025.14-2018")
        expect.balance(card, "1000.00", ref="JR/T 0025.14-2018")
