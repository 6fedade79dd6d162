"""Card, VERIFY: the right PIN gives the tries back."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-030",
    revision=1,
    purpose="The card that was given a wrong PIN and then the right one has all its tries again.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.6.right"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    needs=("pin",),
    interface="contact",
)
def right_pin_gives_the_tries_back(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("A wrong PIN, then the right one"):
        tries = card.number(0x9F17)
        card.contact.verify(card.wrong_pin)
        answer = card.contact.verify(card.pin)
        expect.status(card, answer, "9000", command="VERIFY", ref="JR/T 0025.5")
        expect.equal(card.number(0x9F17), tries, what="PIN tries left (9F17)", ref="JR/T 0025.5")
