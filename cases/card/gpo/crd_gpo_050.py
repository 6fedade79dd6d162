"""Card, GPO: every accepted one raises the ATC by one."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GPO-050",
    revision=1,
    purpose="The card raises its ATC by one at each GET PROCESSING OPTIONS that it accepts, and not at one that it refuses.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def every_initiation_counts(card: Card, run: CaseRun) -> None:
    with run.preamble("The ATC before"):
        card.reset()
        card.contact.start()
        before = card.transaction_counter()

    with run.step("One more transaction"):
        card.contact.start()
        expect.equal(card.transaction_counter(), before + 1, what="ATC", ref="JR/T 0025.5")

    with run.step("One that is refused"):
        card.select("A0000003330101")
        card.send("80A8000003830100")
        expect.equal(card.transaction_counter(), before + 1, what="ATC", ref="JR/T 0025.5")
