"""Card, personalisation: the mandatory data are there."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-010",
    revision=1,
    purpose="The card's records give PAN, expiration date, CDOL1 and CDOL2.",
    refs=["JR/T 0025.5"],
    sources=["PB-1", "PB-3.perso"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def mandatory_data_are_there(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Look for 5A, 5F24, 8C and 8D"):
        missing = [f"{tag:X}" for tag in (0x5A, 0x5F24, 0x8C, 0x8D) if tag not in card.contact.card]
        expect.equal(missing, [], what="mandatory data that are missing", ref="JR/T 0025.5")
