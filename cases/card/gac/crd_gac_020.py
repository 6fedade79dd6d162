"""Card, GENERATE AC: a card that was never online goes online where its ADA says so."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-020",
    revision=1,
    purpose="The card that was never online answers a request for a TC with an ARQC, and its CVR says that it is new, where its ADA sends new cards online.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1", "PB-4.4"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="new-card",
)
def new_card_goes_online(card: Card, run: CaseRun) -> None:
    with run.preamble("A purchase of 10.00 is initiated"):
        card.reset()
        card.contact.initiate(amount="10.00")

    with run.step("GENERATE AC asks for a TC"):
        answer = card.contact.generate_ac("TC")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.NEW_CARD, ref="JR/T 0025.5")
