"""Card, personalisation: the FCI tells label and priority."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-090",
    revision=1,
    purpose="The card's FCI gives the application label (50) in at most 16 characters and the priority (87) in one byte.",
    refs=["JR/T 0025.5"],
    sources=["PB-1"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def fci_tells_label_and_priority(card: Card, run: CaseRun) -> None:
    with run.preamble("Power on"):
        card.reset()

    with run.step("Look into the FCI"):
        answer = card.select("A0000003330101")
        expect.tag_present(card, answer, 0x50, ref="JR/T 0025.5")
        expect.at_most(len(card.fci(0x50)), 16, what="length of the label (50)", ref="JR/T 0025.5")
        expect.equal(len(card.fci(0x87)), 1, what="length of the priority (87)", ref="JR/T 0025.5")
