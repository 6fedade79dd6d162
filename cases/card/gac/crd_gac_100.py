"""Card, GENERATE AC: an offline decision ends the transaction."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-100",
    revision=1,
    purpose="The card that answered a TC refuses another GENERATE AC with 6985.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.5.closed"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def over_after_an_offline_decision(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("GENERATE AC after a TC"):
        answer = card.contact.pay("TC")
        expect.decision(card, answer, "TC", ref="JR/T 0025.5")
        response = card.contact.send_generate_ac("AAC", card.contact.cdol_data())
        expect.status(card, response, "6985", command="GENERATE AC", ref="JR/T 0025.5")
