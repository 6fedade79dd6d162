"""Card, scripts: a failed one is remembered."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-SCR-140",
    revision=1,
    purpose="The card says in the next transaction's CVR that a script had failed.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.6.mac", "PB-11.1.5", "PB-4.3.cvr.b4"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="script counter",
)
def failed_script_is_remembered(card: Card, run: CaseRun) -> None:
    with run.preamble("A script of a wrong MAC after an approval online"):
        card.reset()
        card.contact.pay("ARQC")
        card.contact.generate_ac("TC")
        card.contact.put_data(0x9F58, "05", forged=True)

    with run.step("The next transaction"):
        answer = card.contact.pay("ARQC")
        expect.cvr_says(card, answer, Cvr.LAST_SCRIPT_FAILED, ref="JR/T 0025.5")
