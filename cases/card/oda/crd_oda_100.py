"""Card, ODA, any session over contacts: the signature."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-ODA-100",
    revision=1,
    purpose="The card's answer to INTERNAL AUTHENTICATE verifies under its certificates.",
    refs=["JR/T 0025.7"],
    sources=["PB-6.1"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.DDA",
    needs=("session",),
    interface="contact",
)
def signature_verifies(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("INTERNAL AUTHENTICATE")

    with run.step("The signature is held against the card's certificates and what the terminal sent"):
        expect.signature_told(heard, ref="JR/T 0025.7")
