"""Card, ODA, any session in the field: the signature."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-ODA-110",
    revision=1,
    purpose="The card's fDDA signature (9F4B) verifies under its certificates.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-6.2"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC",
    needs=("session",),
)
def signature_verifies(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless("READ RECORD")

    with run.step("The signature is held against the card's certificates and what the terminal told"):
        expect.signature_told(heard, ref="JR/T 0025.12-2018")
