"""Card, scripts: a wrong MAC ends them."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-100",
    revision=1,
    purpose="The card refuses a script of a wrong MAC with 6988, and every script after it in the transaction with 6985.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.script", "PB-11.6.mac"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="script counter",
)
def wrong_mac_ends_the_scripts(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("A wrong MAC"):
        answer = card.contact.put_data(0x9F58, "05", forged=True)
        expect.status(card, answer, "6988", command="PUT DATA", ref="JR/T 0025.5")

    with run.step("A right one"):
        answer = card.contact.put_data(0x9F58, "05")
        expect.status(card, answer, "6985", command="PUT DATA", ref="JR/T 0025.5")
