"""Card, personalisation: CDOL1 asks for what the cryptogram covers."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-050",
    revision=1,
    purpose="The card's CDOL1 asks the terminal for every element of the cryptogram that is the terminal's.",
    refs=["JR/T 0025.5"],
    sources=["PB-5.cvn01"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.CVN_01",
    interface="contact",
)
def cdol1_asks_for_the_cryptogram_data(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Look into CDOL1"):
        asked = card.contact.asked_by(0x8C)
        covered = (0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37)
        missing = [f"{tag:X}" for tag in covered if tag not in asked]
        expect.equal(missing, [], what="data that CDOL1 does not ask for", ref="JR/T 0025.5")
