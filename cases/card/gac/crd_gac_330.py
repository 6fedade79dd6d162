"""Card, GENERATE AC 2: unable to go online, UCOL declines."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-330",
    revision=1,
    purpose="The card that cannot go online approves until UCOL (9F59) and declines beyond it, saying both in its CVR.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.5.ucol", "PB-11.5.unable", "PB-3.9f58"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="low-upper-limit",
)
def upper_limit_declines(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("As many as 9F59 says, unable to go online"):
        for _ in range(card.number(0x9F59)):
            card.contact.pay("ARQC")
            answer = card.contact.generate_ac("TC", told={0x8A: "5A33"})
            expect.decision(card, answer, "TC", ref="JR/T 0025.5")

    with run.step("One more"):
        card.contact.pay("ARQC")
        answer = card.contact.generate_ac("TC", told={0x8A: "5A33"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.UNABLE_ONLINE | Cvr.VELOCITY_EXCEEDED, ref="JR/T 0025.5")
