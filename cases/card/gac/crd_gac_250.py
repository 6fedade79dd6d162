"""Card, GENERATE AC 2: failed issuer authentication declines."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-250",
    revision=1,
    purpose="The card whose ADA says so (B1b7) declines an approval behind a wrong ARPC, saying in its CVR that authentication failed.",
    refs=["JR/T 0025.5"],
    sources=["PB-4.4.b1b7", "PB-11.5.approved", "PB-4.3.cvr.b2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.ISSUER_AUTHENTICATION",
    needs=("issuer-keys",),
    interface="contact",
)
def failed_authentication_declines(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("A wrong ARPC, then an approval"):
        card.contact.generate_ac("ARQC")
        card.contact.authenticate_issuer("00", forged=True)
        answer = card.contact.generate_ac("TC")
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.ISSUER_AUTHENTICATION_FAILED, ref="JR/T 0025.5")
