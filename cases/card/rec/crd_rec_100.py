"""Card, READ RECORD, any session: template 70."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-REC-100",
    revision=1,
    purpose="The card answers READ RECORD of what its AFL names with one template 70 that holds data objects.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.read"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("session",),
    interface="contact",
)
def records_whole(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GET PROCESSING OPTIONS")

    with run.step("The records of the AFL that were read are looked at"):
        expect.records_whole(heard, ref="JR/T 0025.5")
