"""Card, personalisation: CDOL2 asks for the response code."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-060",
    revision=1,
    purpose="The card's CDOL2 asks the terminal for the authorisation response code (8A).",
    refs=["JR/T 0025.5"],
    sources=["PB-11.5.codes"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def cdol2_asks_for_the_response_code(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Look into CDOL2"):
        asked = card.contact.asked_by(0x8D)
        expect.equal(0x8A in asked, True, what="8A in CDOL2", ref="JR/T 0025.5")
