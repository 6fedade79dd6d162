"""Card, VERIFY: the right PIN is taken."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-PIN-010",
    revision=1,
    purpose="The card answers the right PIN with 9000 and notes in its CVR that it was verified.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.verify", "PB-11.6.cvr", "PB-4.3.cvr.b2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    needs=("pin",),
    interface="contact",
)
def right_pin_is_taken(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("VERIFY, then GENERATE AC"):
        response = card.contact.verify(card.pin)
        expect.status(card, response, "9000", command="VERIFY", ref="JR/T 0025.5")
        answer = card.contact.generate_ac("AAC")
        expect.cvr_says(card, answer, Cvr.OFFLINE_PIN_PERFORMED, ref="JR/T 0025.5")
        expect.cvr_silent(card, answer, Cvr.OFFLINE_PIN_FAILED, ref="JR/T 0025.5")
