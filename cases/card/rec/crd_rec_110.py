"""Card, READ RECORD, any session: mandatory objects."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-REC-110",
    revision=1,
    purpose="The card's records hold the expiration date, the PAN and both CDOLs.",
    refs=["EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("session",),
    interface="contact",
)
def mandatory_objects(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GENERATE AC")

    with run.step("The data objects of all records are gathered"):
        expect.mandatory_objects(heard, ref="EMV Book 3")
