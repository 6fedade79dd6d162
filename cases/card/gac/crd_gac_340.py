"""Card, GENERATE AC 2: unable to go online, the upper total declines."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-340",
    revision=1,
    purpose="The card that cannot go online spends until CTTAUL (9F5C, 20.00) and declines one cent more.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.5.cttaul", "PB-3.9f5c", "PB-11.5.unable"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="low-limits",
)
def upper_total_declines(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("20.00, unable to go online"):
        card.contact.pay("ARQC", amount="20.00")
        answer = card.contact.generate_ac("TC", told={0x8A: "5933"})
        expect.decision(card, answer, "TC", ref="JR/T 0025.5")

    with run.step("One cent more"):
        card.contact.pay("ARQC", amount="0.01")
        answer = card.contact.generate_ac("TC", told={0x8A: "5933"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")
