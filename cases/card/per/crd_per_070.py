"""Card, personalisation: the log has a file of its own."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-070",
    revision=1,
    purpose="The card's log entry (9F4D) names an SFI of 11 to 30 and at least one record.",
    refs=["JR/T 0025.5"],
    sources=["PB-3.1"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.TRANSACTION_LOG",
    interface="contact",
)
def log_stands_in_its_range(card: Card, run: CaseRun) -> None:
    with run.preamble("Power on"):
        card.reset()

    with run.step("Look into the FCI"):
        card.select("A0000003330101")
        entry = card.fci(0x9F4D)
        expect.equal(len(entry), 2, what="bytes of the log entry (9F4D)", ref="JR/T 0025.5")
        expect.equal(entry[:1].hex() >= "0b", True, what="SFI of the log from 11 on", ref="JR/T 0025.5")
