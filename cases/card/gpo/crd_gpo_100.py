"""Card, GPO, any session: AIP and AFL."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-GPO-100",
    revision=1,
    purpose="The card answers GET PROCESSING OPTIONS with an AIP of two bytes and an AFL whose entries are in range.",
    refs=["JR/T 0025.5"],
    sources=["PB-7.2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("session",),
    interface="contact",
)
def options_told(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GET PROCESSING OPTIONS")

    with run.step("Each answer to GET PROCESSING OPTIONS is looked at"):
        expect.options_told(heard, ref="JR/T 0025.5")
