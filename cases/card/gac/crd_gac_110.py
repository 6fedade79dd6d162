"""Card, risk management: LCOL sends the card online."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-110",
    revision=1,
    purpose="The card approves as many transactions offline as LCOL (9F58) says since the last online one, and goes online with the next, saying so in its CVR.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.6", "PB-3.9f58", "PB-4.3.cvr.b3"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def lower_limit_goes_online(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("As many offline as 9F58 says"):
        for _ in range(card.number(0x9F58)):
            answer = card.contact.pay("TC")
            expect.decision(card, answer, "TC", ref="JR/T 0025.5")

    with run.step("One more"):
        answer = card.contact.pay("TC")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.VELOCITY_EXCEEDED, ref="JR/T 0025.5")
