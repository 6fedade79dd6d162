"""Card, GENERATE AC: a TC that is asked for within all limits is given, and is true."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-010",
    revision=1,
    purpose="The card gives a TC within its limits when the terminal asks for one, and its cryptogram is the one that the issuer's keys give over CDOL1.",
    refs=["JR/T 0025.5", "JR/T 0025.7"],
    sources=["PB-5", "PB-11.1"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    needs=("issuer-keys",),
    interface="contact",
)
def offline_approval_is_true(card: Card, run: CaseRun) -> None:
    with run.preamble("A purchase of 10.00 is initiated"):
        card.reset()
        card.contact.initiate(amount="10.00")

    with run.step("GENERATE AC asks for a TC"):
        answer = card.contact.generate_ac("TC")
        expect.decision(card, answer, "TC", ref="JR/T 0025.5")
        expect.true_cryptogram(card, answer, ref="JR/T 0025.7")
