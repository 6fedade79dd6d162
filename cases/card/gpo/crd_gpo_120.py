"""Card, any session in the field: the counter rises."""

from conformance.api import CaseRun, Session, case, expect


@case(
    "CRD-GPO-120",
    revision=1,
    purpose="The card's transaction counter (9F36) is higher in every tap than in the one before.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-2.gpo.atc"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC",
    needs=("session",),
)
def counter_rises(session: Session, run: CaseRun) -> None:
    with run.preamble("A session in the field is overheard"):
        heard = session.contactless("GET PROCESSING OPTIONS")

    with run.step("The counters of its taps are compared"):
        expect.counter_rises(heard, ref="JR/T 0025.12-2018")
