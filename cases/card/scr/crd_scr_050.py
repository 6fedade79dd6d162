"""Card, PIN CHANGE: the new PIN holds."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-050",
    revision=1,
    purpose="The card takes a new PIN, and refuses the old one in the next transaction.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.pinchange", "PB-5.pinchange"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS and CARD.OFFLINE_PIN",
    needs=(
        "issuer-keys",
        "pin",
    ),
    interface="contact",
    destroys="PIN",
)
def pin_is_changed(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("PIN CHANGE"):
        answer = card.contact.change_pin(card.wrong_pin)
        expect.status(card, answer, "9000", command="PIN CHANGE/UNBLOCK", ref="JR/T 0025.5")

    with run.step("VERIFY with the old PIN, then the new one"):
        card.contact.initiate()
        tries = card.number(0x9F17)
        answer = card.contact.verify(card.pin)
        expect.status(card, answer, f"63C{tries - 1:X}", command="VERIFY", ref="JR/T 0025.5")
        answer = card.contact.verify(card.wrong_pin)
        expect.status(card, answer, "9000", command="VERIFY", ref="JR/T 0025.5")
