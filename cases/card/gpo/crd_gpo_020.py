"""Card, GPO: wrong parameters are refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GPO-020",
    revision=1,
    purpose="The card refuses GET PROCESSING OPTIONS with 6A86 when P1 and P2 are not 0000.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def wrong_parameters_are_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is selected"):
        card.reset()
        card.select("A0000003330101")

    with run.step("GET PROCESSING OPTIONS with P1 01"):
        answer = card.send("80A80100028300")
        expect.status(card, answer, "6A86", command="GET PROCESSING OPTIONS", ref="JR/T 0025.5")
