"""Card, EXTERNAL AUTHENTICATE: once in a transaction."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-230",
    revision=1,
    purpose="The card refuses a second EXTERNAL AUTHENTICATE of a transaction with 6985.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.external"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.ISSUER_AUTHENTICATION",
    needs=("issuer-keys",),
    interface="contact",
)
def issuer_authenticates_once(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("EXTERNAL AUTHENTICATE twice"):
        card.contact.generate_ac("ARQC")
        card.contact.authenticate_issuer("00")
        answer = card.contact.authenticate_issuer("00")
        expect.status(card, answer, "6985", command="EXTERNAL AUTHENTICATE", ref="JR/T 0025.5")
