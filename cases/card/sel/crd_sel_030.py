"""Card, PSE: the directory lists the application and ends."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SEL-030",
    revision=1,
    purpose="The card's payment system environment names file 1, its first record an application, and the record behind the last answers 6A83.",
    refs=["JR/T 0025.5"],
    sources=["PB-1", "PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def pse_lists_the_applications(card: Card, run: CaseRun) -> None:
    with run.preamble("The card is powered"):
        card.reset()

    with run.step("SELECT 1PAY.SYS.DDF01"):
        answer = card.select("315041592E5359532E4444463031")
        expect.status(card, answer, "9000", command="SELECT", ref="JR/T 0025.5")
        expect.tag_present(card, answer, 0x88, ref="JR/T 0025.5")

    with run.step("READ RECORD 1 and 16 of file 1"):
        first, behind = card.read_record(1, 1), card.read_record(1, 16)
        expect.tag_present(card, first, 0x4F, ref="JR/T 0025.5")
        expect.status(card, behind, "6A83", command="READ RECORD", ref="JR/T 0025.5")
