"""Card: unknown classes and instructions are refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-REC-030",
    revision=1,
    purpose="The card answers a class that it does not know with 6E00 and an instruction that it does not know with 6D00.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def unknown_commands_are_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is selected"):
        card.reset()
        card.select("A0000003330101")

    with run.step("READ RECORD with class 55"):
        answer = card.send("55B2010C00")
        expect.status(card, answer, "6E00", command="READ RECORD", ref="JR/T 0025.5")

    with run.step("Instruction 01"):
        answer = card.send("0001000000")
        expect.status(card, answer, "6D00", command="01", ref="JR/T 0025.5")
