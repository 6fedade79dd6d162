"""Card, scripts: not behind a failed issuer authentication."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-120",
    revision=1,
    purpose="The card refuses a script with 6985 after a wrong ARPC.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.script", "PB-2.unblock", "PB-11.6.states"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS and CARD.ISSUER_AUTHENTICATION",
    needs=("issuer-keys",),
    interface="contact",
)
def no_script_behind_a_failed_authentication(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("A wrong ARPC, then a script"):
        card.contact.authenticate_issuer("00", forged=True)
        answer = card.contact.script("84180000")
        expect.status(card, answer, "6985", command="APPLICATION UNBLOCK", ref="JR/T 0025.5")
