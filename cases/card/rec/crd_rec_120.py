"""Card, READ RECORD, any session in the field: template 70."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-REC-120",
    revision=1,
    purpose="The card answers READ RECORD of what its AFL names with one template 70 that holds data objects.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-2.read"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC",
    needs=("session",),
)
def records_whole(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless("READ RECORD")

    with run.step("The records of the AFL that were read are looked at"):
        expect.records_whole(heard, ref="JR/T 0025.12-2018")
