"""Card, extended application: a segment is committed with the last record."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-020",
    revision=1,
    purpose="The card keeps an update of a record in its cache and holds it, with the debit, once the last record of the AFL was read.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8", "PB-7.5"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP",
    sample="metro-record",
)
def segment_is_committed_with_the_last_record(card: Card, run: CaseRun) -> None:
    with run.preamble("The record is read"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")

    with run.step("A segment over 3.00 with an update"):
        card.contactless.initiate("3.00", told={0xDF60: "01"})
        answer = card.extended.update(21, "05700711223344556677", "D5F1FE4A7F8C20FDEC49150BA2E00EDF")
        expect.status(card, answer, "9000", command="UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")
        card.contactless.finish()

    with run.step("Record and balance afterwards"):
        card.reset()
        card.contactless.select()
        held = card.extended.read(21, "0570")
        expect.equal(held.data.hex(), "05700711223344556677", what="record 0570", ref="JR/T 0025.14-2018")
        expect.balance(card, "997.00", ref="JR/T 0025.14-2018")
