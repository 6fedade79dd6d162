"""Card, scripts: a failed one sends the next transaction online."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-150",
    revision=1,
    purpose="The card goes online in the transaction after a failed script, where its ADA says so (B2b4).",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.5", "PB-4.4.b2b4"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    sample="script-failure-online",
    destroys="script counter",
)
def failed_script_goes_online(card: Card, run: CaseRun) -> None:
    with run.preamble("A script of a wrong MAC after an approval online"):
        card.reset()
        card.contact.pay("ARQC")
        card.contact.generate_ac("TC")
        card.contact.put_data(0x9F58, "05", forged=True)

    with run.step("A purchase"):
        answer = card.contact.pay("TC")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
