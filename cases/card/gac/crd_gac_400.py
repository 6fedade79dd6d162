"""Card, GENERATE AC, any session: what is given."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-GAC-400",
    revision=1,
    purpose="The card gives the cryptogram that was asked for or a lesser one, and its CVR says the same as its CID.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1", "PB-4.3"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("session",),
    interface="contact",
)
def never_more_than_asked(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GENERATE AC")

    with run.step("Each cryptogram is held against what was asked for"):
        expect.never_more_than_asked(heard, ref="JR/T 0025.5")
