"""Card, GPO: data in another template are refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GPO-030",
    revision=1,
    purpose="The card refuses GET PROCESSING OPTIONS with 6A80 when its data stand in another template than 83.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def another_template_is_refused(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is selected"):
        card.reset()
        card.select("A0000003330101")

    with run.step("GET PROCESSING OPTIONS with template 84"):
        answer = card.send("80A80000028400")
        expect.status(card, answer, "6A80", command="GET PROCESSING OPTIONS", ref="JR/T 0025.5")
