"""Card, APPLICATION UNBLOCK: the application is back."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-020",
    revision=1,
    purpose="The card that blocked its application in this transaction unblocks it, and SELECT answers 9000.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.unblock"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="application",
)
def application_is_unblocked(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is blocked"):
        card.reset()
        card.contact.pay("ARQC")
        card.contact.script("841E0000")

    with run.step("APPLICATION UNBLOCK, then SELECT"):
        answer = card.contact.script("84180000")
        expect.status(card, answer, "9000", command="APPLICATION UNBLOCK", ref="JR/T 0025.5")
        answer = card.select("A0000003330101")
        expect.status(card, answer, "9000", command="SELECT", ref="JR/T 0025.5")
