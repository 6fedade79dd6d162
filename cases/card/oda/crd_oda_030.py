"""Card, INTERNAL AUTHENTICATE: the data must be as long as the DDOL asks."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ODA-030",
    revision=1,
    purpose="The card refuses INTERNAL AUTHENTICATE with 6700 when the data are shorter than its DDOL asks, and with 6985 before a transaction is initiated.",
    refs=["JR/T 0025.5"],
    sources=["PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.DDA",
    interface="contact",
)
def authentication_data_have_one_length(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is selected"):
        card.reset()
        card.select("A0000003330101")

    with run.step("Before a transaction"):
        answer = card.send("00880000040A0B0C0D00")
        expect.status(card, answer, "6985", command="INTERNAL AUTHENTICATE", ref="JR/T 0025.5")

    with run.step("One byte short"):
        card.contact.initiate()
        answer = card.send("00880000030A0B0C00")
        expect.status(card, answer, "6700", command="INTERNAL AUTHENTICATE", ref="JR/T 0025.5")
