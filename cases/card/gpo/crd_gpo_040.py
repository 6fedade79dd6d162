"""Card, GPO: a transaction is initiated once, after SELECT."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GPO-040",
    revision=1,
    purpose="The card refuses a second GET PROCESSING OPTIONS with 6985 until the application is selected again.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def only_one_initiation(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction is initiated"):
        card.reset()
        card.contact.start()

    with run.step("GET PROCESSING OPTIONS once more"):
        answer = card.send("80A80000028300")
        expect.status(card, answer, "6985", command="GET PROCESSING OPTIONS", ref="JR/T 0025.5")

    with run.step("SELECT, then GET PROCESSING OPTIONS"):
        answer = card.contact.start()
        expect.status(card, answer, "9000", command="GET PROCESSING OPTIONS", ref="JR/T 0025.5")
