"""Card, PIN UNBLOCK: the tries come back."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-040",
    revision=1,
    purpose="The card gives all PIN tries back with PIN CHANGE/UNBLOCK of P2 00.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.pinchange"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS and CARD.OFFLINE_PIN",
    needs=(
        "issuer-keys",
        "pin",
    ),
    interface="contact",
    destroys="PIN tries",
)
def pin_is_unblocked(card: Card, run: CaseRun) -> None:
    with run.preamble("A wrong PIN took a try"):
        card.reset()
        card.contact.initiate()
        tries = card.number(0x9F17)
        card.contact.verify(card.wrong_pin)
        card.contact.generate_ac("ARQC")

    with run.step("PIN UNBLOCK"):
        answer = card.contact.unblock_pin()
        expect.status(card, answer, "9000", command="PIN CHANGE/UNBLOCK", ref="JR/T 0025.5")
        expect.equal(card.number(0x9F17), tries, what="PIN tries left (9F17)", ref="JR/T 0025.5")
