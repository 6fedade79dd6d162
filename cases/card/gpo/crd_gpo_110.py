"""Card, GPO, any session in the field: the qPBOC answer."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-GPO-110",
    revision=1,
    purpose="The card's qPBOC answer holds AIP, counter, cryptogram, issuer data and track 2, and with a TC an AFL.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC",
    needs=("session",),
)
def cryptogram_told(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless("GET PROCESSING OPTIONS")

    with run.step("Each answer to GET PROCESSING OPTIONS is looked at"):
        expect.cryptogram_told(heard, ref="JR/T 0025.12-2018")
