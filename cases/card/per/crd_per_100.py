"""Card, personalisation: debit and credit show no electronic cash code."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-100",
    revision=1,
    purpose="The records that the card gives for debit and credit hold no EC issuer authorisation code (9F74).",
    refs=["JR/T 0025.5"],
    sources=["PB-3.9f74"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def cash_code_is_not_of_debit(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Look for 9F74"):
        shown = card.contact.card.get(0x9F74, b"").hex()
        expect.equal(shown, "", what="EC issuer authorisation code (9F74)", ref="JR/T 0025.5")
