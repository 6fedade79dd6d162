"""Card, scripts: the next transaction counts them."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-SCR-130",
    revision=1,
    purpose="The card says in the next transaction's CVR that it took one script after GENERATE AC 2.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.6.count", "PB-11.1.5", "PB-4.3.cvr.b4"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="LCOL (9F58)",
)
def scripts_are_counted(card: Card, run: CaseRun) -> None:
    with run.preamble("A script after an approval online"):
        card.reset()
        card.contact.pay("ARQC")
        card.contact.generate_ac("TC")
        card.contact.put_data(0x9F58, "05")

    with run.step("The next transaction"):
        answer = card.contact.pay("ARQC")
        scripts = answer.cvr.scripts if answer.cvr is not None else None
        expect.equal(scripts, 1, what="scripts of the last transaction (CVR)", ref="JR/T 0025.5")
        expect.cvr_silent(card, answer, Cvr.LAST_SCRIPT_FAILED, ref="JR/T 0025.5")
