"""Card, PIN CHANGE/UNBLOCK: parameters and length are checked."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-060",
    revision=1,
    purpose="The card refuses PIN CHANGE/UNBLOCK with 6A86 for P2 03 and with 6700 for a new PIN in eight bytes.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.pinchange"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS and CARD.OFFLINE_PIN",
    needs=("issuer-keys",),
    interface="contact",
    destroys="script counter",
)
def pin_script_form(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("P2 = 03"):
        answer = card.contact.script("84240003")
        expect.status(card, answer, "6A86", command="PIN CHANGE/UNBLOCK", ref="JR/T 0025.5")

    with run.step("A new PIN in eight bytes"):
        answer = card.contact.script("84240002", 8 * "00")
        expect.status(card, answer, "6700", command="PIN CHANGE/UNBLOCK", ref="JR/T 0025.5")
