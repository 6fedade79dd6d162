"""Card, extended application: an update belongs to a transaction."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-050",
    revision=1,
    purpose="The card refuses UPDATE CAPP DATA CACHE with 6985 outside a transaction of the extended application.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8", "PB-2"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP",
    sample="metro-record",
)
def updates_belong_to_a_transaction(card: Card, run: CaseRun) -> None:
    with run.preamble("The record is read"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")

    with run.step("An update before GPO"):
        answer = card.extended.update(21, "05700711223344556677", "D5F1FE4A7F8C20FDEC49150BA2E00EDF")
        expect.status(card, answer, "6985", command="UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")

    with run.step("An update in an ordinary tap"):
        card.contactless.initiate("3.00")
        answer = card.extended.update(21, "05700711223344556677", "D5F1FE4A7F8C20FDEC49150BA2E00EDF")
        expect.status(card, answer, "6985", command="UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")
