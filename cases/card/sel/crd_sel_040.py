"""Card, SELECT: there is no next application of that name."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SEL-040",
    revision=1,
    purpose="The card with one application of a name answers SELECT of the next one with 6A82.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def no_next_application_is_told(card: Card, run: CaseRun) -> None:
    with run.preamble("The card is powered"):
        card.reset()

    with run.step("SELECT the first, then the next"):
        first = card.select("A0000003330101")
        expect.status(card, first, "9000", command="SELECT", ref="JR/T 0025.5")
        following = card.select("A0000003330101", next_occurrence=True)
        expect.status(card, following, "6A82", command="SELECT", ref="JR/T 0025.5")
