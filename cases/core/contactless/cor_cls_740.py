"""Contactless, any session: one cryptogram a tap."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CLS-740",
    revision=1,
    purpose="The terminal sends no GENERATE AC to a card whose answer to GET PROCESSING OPTIONS held a cryptogram.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.2", "PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS",
    needs=("O1", "session"),
)
def one_cryptogram(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless("GET PROCESSING OPTIONS")

    with run.step("What follows each qPBOC answer is looked at"):
        expect.no_cryptogram_in_qpboc(heard, ref="JR/T 0025.12-2018")
