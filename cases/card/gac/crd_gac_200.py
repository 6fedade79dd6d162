"""Card, GENERATE AC: a decline asks for an advice."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-200",
    revision=1,
    purpose="The card whose ADA says so (B1b5) asks for an advice in the CID of an AAC.",
    refs=["JR/T 0025.5"],
    sources=["PB-4.4.b1b5", "PB-11.1.cid", "PB-4.3.cid"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="advices",
)
def decline_asks_for_advice(card: Card, run: CaseRun) -> None:
    with run.preamble("Power on"):
        card.reset()

    with run.step("The terminal declines"):
        answer = card.contact.pay("AAC")
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")
        expect.equal(answer.advice, 0x08, what="low half of the CID (9F27)", ref="JR/T 0025.5")
