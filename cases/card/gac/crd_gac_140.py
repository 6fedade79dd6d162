"""Card, risk management: the cumulative amount is limited."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-140",
    revision=1,
    purpose="The card spends just its cumulative limit (9F54, 10.00) offline, and goes online for one cent more.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.9", "PB-11.1.counters", "PB-3.9f54"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="low-limits",
)
def total_is_limited(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("6.00 and 4.00 offline"):
        for amount in ("6.00", "4.00"):
            answer = card.contact.pay("TC", amount=amount)
            expect.decision(card, answer, "TC", ref="JR/T 0025.5")

    with run.step("One cent more"):
        answer = card.contact.pay("TC", amount="0.01")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.VELOCITY_EXCEEDED, ref="JR/T 0025.5")
