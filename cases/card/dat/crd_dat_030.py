"""Card, GET DATA: counters and tries as data objects."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-DAT-030",
    revision=1,
    purpose="The card tells ATC, last online ATC and PIN tries as data objects of the right length.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    interface="contact",
)
def tries_and_counters_are_told(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is selected"):
        card.reset()
        card.select("A0000003330101")

    with run.step("GET DATA 9F36, 9F13, 9F17"):
        expect.equal(card.get_data(0x9F36).data[:3].hex(), "9f3602", what="GET DATA 9F36", ref="JR/T 0025.5")
        expect.equal(card.get_data(0x9F13).data[:3].hex(), "9f1302", what="GET DATA 9F13", ref="JR/T 0025.5")
        expect.equal(card.get_data(0x9F17).data[:3].hex(), "9f1701", what="GET DATA 9F17", ref="JR/T 0025.5")
