"""Contact, any session: the PDOL is answered."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CON-700",
    revision=1,
    purpose="The terminal answers the card's PDOL with template 83 and exactly as many bytes as it lists, and with an empty one where there is no PDOL.",
    refs=["JR/T 0025.6", "EMV Book 3"],
    sources=["PB-2.gpo", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "session"),
)
def pdol_data(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact()

    with run.step("Every GET PROCESSING OPTIONS is held against the PDOL before it"):
        expect.pdol_filled(heard, ref="JR/T 0025.6")
