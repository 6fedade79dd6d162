"""Contact, any session: the card's decision stands."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "COR-CON-740",
    revision=1,
    purpose="The terminal sends no further GENERATE AC once the card has given a TC or an AAC, and never a third one.",
    refs=["JR/T 0025.6", "EMV Book 3"],
    sources=["PB-2.gac", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "session"),
)
def decision_stands(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GENERATE AC")

    with run.step("What follows each cryptogram is looked at"):
        expect.no_cryptogram_after_decision(heard, ref="EMV Book 3")
