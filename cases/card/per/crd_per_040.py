"""Card, personalisation: the signed records are those that were certified."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-040",
    revision=1,
    purpose="The card's certificate verifies under its issuer's over the records that its AFL marks as signed, and its key is no longer than the issuer's.",
    refs=["JR/T 0025.7"],
    sources=["PB-6.1"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.DDA",
    needs=("capk",),
    interface="contact",
)
def signed_data_are_those_certified(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Verify the certificates"):
        size, longest = card.icc_key.size, card.issuer_key.size
        expect.at_most(size, longest, what="bytes of the card's key", ref="JR/T 0025.7")
