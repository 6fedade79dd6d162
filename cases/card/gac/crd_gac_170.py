"""Card, risk management: an unfinished online transaction is remembered."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-170",
    revision=1,
    purpose="The card whose last transaction went online and was cut off goes online again, saying so in its CVR.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.1", "PB-4.3.cvr.b3"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def unfinished_online_is_remembered(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction goes online and is cut off"):
        card.reset()
        card.contact.approve_online()
        card.contact.pay("ARQC")
        card.reset()

    with run.step("The next transaction"):
        answer = card.contact.pay("TC")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
        expect.cvr_says(card, answer, Cvr.LAST_ONLINE_NOT_COMPLETED, ref="JR/T 0025.5")
