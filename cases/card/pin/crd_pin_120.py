"""Card, risk management: PIN tries used up earlier go online."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-PIN-120",
    revision=1,
    purpose="The card whose PIN tries ran out earlier goes online where its ADA says so (B2b6).",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.12", "PB-4.4.b2b6"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    interface="contact",
    sample="pin-used-up-online",
)
def lost_pin_goes_online(card: Card, run: CaseRun) -> None:
    with run.preamble("Power on"):
        card.reset()

    with run.step("A purchase"):
        answer = card.contact.pay("TC")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.PIN_TRIES_EXCEEDED, ref="JR/T 0025.5")
