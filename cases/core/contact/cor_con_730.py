"""Contact, any session: class bytes."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CON-730",
    revision=1,
    purpose="The terminal sends every command of the payment application in the class that EMV gives it.",
    refs=["JR/T 0025.6", "EMV Book 3"],
    sources=["PB-2.class"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "session"),
)
def class_bytes(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GET PROCESSING OPTIONS")

    with run.step("The class of every command is looked at"):
        expect.classes(heard, ref="EMV Book 3")
