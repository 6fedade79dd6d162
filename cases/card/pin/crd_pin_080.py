"""Card, VERIFY: an enciphered PIN needs a challenge."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-080",
    revision=1,
    purpose="The card refuses an enciphered PIN with 6985 when no GET CHALLENGE went before.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.verify.enciphered"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN and CARD.ENCIPHERED_PIN",
    needs=(
        "pin",
        "capk",
    ),
    interface="contact",
)
def enciphered_pin_needs_a_challenge(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("VERIFY over a challenge of our own"):
        answer = card.verify_enciphered(card.pin, challenge=bytes(8))
        expect.status(card, answer, "6985", command="VERIFY", ref="JR/T 0025.5")
