"""Card, extended application: an update with a wrong MAC is refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-040",
    revision=1,
    purpose="The card refuses UPDATE CAPP DATA CACHE with 6988 when its MAC is wrong.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8", "PB-2"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP",
    sample="metro-record",
)
def wrong_mac_is_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("The record is read and a segment initiated"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")
        card.contactless.initiate("3.00", told={0xDF60: "01"})

    with run.step("An update with one bit of its MAC turned"):
        answer = card.extended.update(
            21, "05700711223344556677", "D5F1FE4A7F8C20FDEC49150BA2E00EDF", forged=True
        )
        expect.status(card, answer, "6988", command="UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")
