"""Card, personalisation: the effective date is not behind the expiration date."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-120",
    revision=1,
    purpose="The card's effective date (5F25) is not later than its expiration date (5F24).",
    refs=["JR/T 0025.5"],
    sources=["PB-3.perso"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def effective_before_expiration(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Compare 5F25 with 5F24"):
        given = card.contact.card
        expires = given.get(0x5F24, b"").hex()
        begins = given.get(0x5F25, b"").hex()
        expect.at_most(begins, expires, what="effective date (5F25)", ref="JR/T 0025.5")
