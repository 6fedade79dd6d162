"""Card, risk management: two currencies are added up."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-150",
    revision=1,
    purpose="The card converts a payment in its second currency by 9F73, and goes online when the total of both exceeds 9F75 (15.00).",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.10", "PB-3.9f73", "PB-3.9f75", "PB-11.7.9f73"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SECOND_CURRENCY",
    interface="contact",
    sample="low-limits",
)
def both_currencies_count_together(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("10.00 Hong Kong dollars, 9.20 yuan, and 5.80 yuan"):
        answer = card.contact.pay("TC", amount="10.00", told={0x5F2A: "0344"})
        expect.decision(card, answer, "TC", ref="JR/T 0025.5")
        answer = card.contact.pay("TC", amount="5.80")
        expect.decision(card, answer, "TC", ref="JR/T 0025.5")

    with run.step("One cent more"):
        answer = card.contact.pay("TC", amount="0.01")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
