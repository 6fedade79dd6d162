"""Card, personalisation: the card expires within its issuer's certificate."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-030",
    revision=1,
    purpose="The card's expiration date (5F24) is not beyond the month in which its issuer's certificate ends.",
    refs=["JR/T 0025.7"],
    sources=["PB-3.perso"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("capk",),
    interface="contact",
)
def expires_within_its_certificate(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Compare 5F24 with the issuer certificate"):
        month = card.contact.card.get(0x5F24, b"").hex()[:4]
        what = "expiration date (5F24), year and month"
        expect.at_most(month, card.issuer_certificate_ends, what=what, ref="JR/T 0025.7")
