"""Card, VERIFY: a wrong PIN costs a try."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-020",
    revision=1,
    purpose="The card answers a wrong PIN with 63Cx, one try less than before, and its PIN try counter agrees.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.verify", "PB-11.6.wrong"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    needs=("pin",),
    interface="contact",
)
def wrong_pin_costs_a_try(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("One wrong PIN, then the right one"):
        tries = card.number(0x9F17)
        answer = card.contact.verify(card.wrong_pin)
        expect.status(card, answer, f"63C{tries - 1:X}", command="VERIFY", ref="JR/T 0025.5")
        expect.equal(card.number(0x9F17), tries - 1, what="PIN tries left (9F17)", ref="JR/T 0025.5")
        card.contact.verify(card.pin)
