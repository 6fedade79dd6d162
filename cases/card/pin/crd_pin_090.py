"""Card, VERIFY: a PIN over another challenge is wrong."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-090",
    revision=1,
    purpose="The card takes a try for the right PIN enciphered over a challenge that it did not give.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.verify.enciphered"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN and CARD.ENCIPHERED_PIN",
    needs=(
        "pin",
        "capk",
    ),
    interface="contact",
)
def another_challenge_is_a_wrong_pin(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("A challenge taken, another one used"):
        tries = card.number(0x9F17)
        card.contact.get_challenge()
        answer = card.verify_enciphered(card.pin, challenge=bytes(8))
        expect.status(card, answer, f"63C{tries - 1:X}", command="VERIFY", ref="JR/T 0025.5")
        card.contact.verify(card.pin)
