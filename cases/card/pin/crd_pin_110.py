"""Card, risk management: PIN tries used up earlier decline."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-PIN-110",
    revision=1,
    purpose="The card whose PIN tries ran out in an earlier transaction declines where its ADA says so (B2b7), and notes it in its CVR.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.12", "PB-4.4.b2b7", "PB-4.3.cvr.b3"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    interface="contact",
    sample="pin-used-up",
)
def lost_pin_declines(card: Card, run: CaseRun) -> None:
    with run.preamble("Power on"):
        card.reset()

    with run.step("A purchase"):
        answer = card.contact.pay("TC")
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.PIN_TRIES_EXCEEDED, ref="JR/T 0025.5")
