"""Card, SELECT, any session: the FCI."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-SEL-100",
    revision=1,
    purpose="The card answers the selection of its application with one FCI, whose DF name begins with the name that was asked for.",
    refs=["JR/T 0025.5"],
    sources=["PB-1", "PB-2.select"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("session",),
    interface="contact",
)
def application_told(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact()

    with run.step("The answer to the selection is looked at"):
        expect.application_told(heard, ref="JR/T 0025.5")
