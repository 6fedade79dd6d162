"""Card, VERIFY: a card without offline PIN says so."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-140",
    revision=1,
    purpose="The card without offline PIN answers VERIFY with 6A81.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.verify.none"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and not CARD.OFFLINE_PIN",
    interface="contact",
)
def no_pin_no_verify(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("VERIFY"):
        answer = card.contact.verify("1234")
        expect.status(card, answer, "6A81", command="VERIFY", ref="JR/T 0025.5")
