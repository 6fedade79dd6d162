"""Card, risk management: transactions in another currency are counted."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-120",
    revision=1,
    purpose="The card approves as many transactions in another currency as 9F53 says, and goes online with the next.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.7", "PB-11.1.counters", "PB-3.9f51", "PB-3.9f53"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="low-limits",
)
def foreign_currency_is_counted(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("As many in US dollars as 9F53 says"):
        for _ in range(card.number(0x9F53)):
            answer = card.contact.pay("TC", told={0x5F2A: "0840"})
            expect.decision(card, answer, "TC", ref="JR/T 0025.5")

    with run.step("One more"):
        answer = card.contact.pay("TC", told={0x5F2A: "0840"})
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.VELOCITY_EXCEEDED, ref="JR/T 0025.5")
