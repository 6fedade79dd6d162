"""Card, VERIFY: an enciphered PIN is taken."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-070",
    revision=1,
    purpose="The card takes the right PIN, enciphered for its key over its challenge.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.verify.enciphered"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN and CARD.ENCIPHERED_PIN",
    needs=(
        "pin",
        "capk",
    ),
    interface="contact",
)
def enciphered_pin_is_taken(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("GET CHALLENGE and VERIFY"):
        answer = card.verify_enciphered(card.pin)
        expect.status(card, answer, "9000", command="VERIFY", ref="JR/T 0025.5")
