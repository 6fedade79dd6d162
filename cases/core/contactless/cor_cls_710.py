"""Contactless, any session: the PDOL is answered."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CLS-710",
    revision=1,
    purpose="The terminal answers the card's PDOL with template 83 and exactly as many bytes as it lists.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-2.gpo", "PB-7.2"],
    applies_if="TERMINAL.CONTACTLESS",
    needs=("O1", "session"),
)
def pdol_data(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless()

    with run.step("Every GET PROCESSING OPTIONS is held against the PDOL before it"):
        expect.pdol_filled(heard, ref="JR/T 0025.12-2018")
