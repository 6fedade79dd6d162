"""Card, VERIFY: a blocked PIN says when it was blocked."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-040",
    revision=1,
    purpose="The card whose PIN is used up answers 6983 in the transaction in which that happened, and 6984 in the next.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.verify", "PB-11.6.blocked"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    needs=("pin",),
    interface="contact",
    destroys="PIN",
)
def blocked_pin_says_when(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Wrong PINs until none is left, and one more"):
        for left in reversed(range(card.number(0x9F17))):
            answer = card.contact.verify(card.wrong_pin)
            expect.status(card, answer, f"63C{left:X}", command="VERIFY", ref="JR/T 0025.5")
        answer = card.contact.verify(card.pin)
        expect.status(card, answer, "6983", command="VERIFY", ref="JR/T 0025.5")

    with run.step("The next transaction"):
        card.contact.initiate()
        answer = card.contact.verify(card.pin)
        expect.status(card, answer, "6984", command="VERIFY", ref="JR/T 0025.5")
