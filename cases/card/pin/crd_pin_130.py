"""Card, VERIFY: the last wrong PIN blocks the application."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-130",
    revision=1,
    purpose="The card blocks its application with the last wrong PIN where its ADA says so (B2b8): SELECT answers 6283.",
    refs=["JR/T 0025.5"],
    sources=["PB-4.4.b2b8", "PB-11.6.wrong", "PB-2.select"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    needs=("pin",),
    interface="contact",
    sample="pin-blocks",
    destroys="application",
)
def lost_pin_blocks_the_application(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Wrong PINs until none is left, then SELECT"):
        for _ in range(card.number(0x9F17)):
            card.contact.verify(card.wrong_pin)
        answer = card.select("A0000003330101")
        expect.status(card, answer, "6283", command="SELECT", ref="JR/T 0025.5")
