"""Card, GENERATE AC 2: a new card that cannot go online declines."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-350",
    revision=1,
    purpose="The card that was never online and cannot go online declines, where its ADA says so (B1b1).",
    refs=["JR/T 0025.5"],
    sources=["PB-11.5.new", "PB-4.4.b1b1", "PB-4.3.cvr.b2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="new-card-declines",
)
def new_card_offline_declines(card: Card, run: CaseRun) -> None:
    with run.preamble("Power on"):
        card.reset()

    with run.step("A first purchase, unable to go online"):
        card.contact.pay("ARQC")
        answer = card.contact.generate_ac("TC", told={0x8A: "5A33"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.UNABLE_ONLINE, ref="JR/T 0025.5")
