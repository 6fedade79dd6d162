"""Card, risk management: failed issuer authentication is remembered."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-260",
    revision=1,
    purpose="The card says in the next transaction's CVR that issuer authentication failed in the last one, and goes online (ADA B1b8).",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.2", "PB-4.4.b1b8", "PB-4.3.cvr.b3"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.ISSUER_AUTHENTICATION",
    needs=("issuer-keys",),
    interface="contact",
)
def failed_authentication_is_remembered(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction whose issuer authentication failed"):
        card.reset()
        card.contact.pay("ARQC")
        card.contact.authenticate_issuer("00", forged=True)
        card.contact.generate_ac("AAC")

    with run.step("The next transaction"):
        answer = card.contact.pay("TC")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.LAST_ISSUER_AUTHENTICATION_FAILED, ref="JR/T 0025.5")
