"""Card, any session over contacts: the counter rises."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-GAC-410",
    revision=1,
    purpose="The card's transaction counter (9F36) is higher in every transaction than in the one before.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.gpo.atc"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("session",),
    interface="contact",
)
def counter_rises(session: Session, run: CaseRun) -> None:
    with run.preamble("A session over contacts is overheard"):
        heard = session.contact("GENERATE AC")

    with run.step("The counters of its transactions are compared"):
        expect.counter_rises(heard, ref="JR/T 0025.5")
