"""Card, extended application: a record keeps its length."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-060",
    revision=1,
    purpose="The card refuses an update longer than the record with 6A84 and a shorter one with 6A80.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8", "PB-2"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP",
    sample="metro-record",
)
def records_keep_their_length(card: Card, run: CaseRun) -> None:
    with run.preamble("The record is read and a segment initiated"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")
        card.contactless.initiate("3.00", told={0xDF60: "01"})

    with run.step("One byte longer, one byte shorter"):
        longer = card.extended.update(21, "0570081122334455667788", "D5F1FE4A7F8C20FDEC49150BA2E00EDF")
        shorter = card.extended.update(21, "057006112233445566", "D5F1FE4A7F8C20FDEC49150BA2E00EDF")
        expect.status(card, longer, "6A84", command="UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")
        expect.status(card, shorter, "6A80", command="UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")
