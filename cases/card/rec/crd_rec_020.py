"""Card, READ RECORD: another addressing is refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-REC-020",
    revision=1,
    purpose="The card refuses READ RECORD with 6A86 when P2 does not address by record number.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def wrong_addressing_is_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction is initiated"):
        card.reset()
        card.contact.start()

    with run.step("READ RECORD with P2 0B"):
        answer = card.send("00B2010B00")
        expect.status(card, answer, "6A86", command="READ RECORD", ref="JR/T 0025.5")
