"""Contact, any session: the CDOLs are answered."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CON-720",
    revision=1,
    purpose="The terminal sends GENERATE AC with exactly as many bytes as CDOL1 lists, and a second one with as many as CDOL2.",
    refs=["JR/T 0025.6", "EMV Book 3"],
    sources=["PB-2.gac", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "session"),
)
def cdol_data(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GET PROCESSING OPTIONS")

    with run.step("Every GENERATE AC is held against the card's list"):
        expect.cdol_filled(heard, ref="JR/T 0025.6")
