"""Card, qPBOC: the cryptogram and the issuer's data are true."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-150",
    revision=1,
    purpose="The cryptogram of an offline tap is the one that the issuer's keys give over the PDOL's data, and so is the MAC of the issuer's discretionary data.",
    refs=["JR/T 0025.7"],
    sources=["PB-5", "PB-4.3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    needs=("issuer-keys",),
)
def cryptogram_and_issuer_data_are_true(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 1.00"):
        answer = card.contactless.pay(amount="1.00")
        expect.true_cryptogram(card, answer, ref="JR/T 0025.7")
        expect.true_issuer_data(card, answer, ref="JR/T 0025.7")

    with run.step("Another, with another number"):
        card.reset()
        answer = card.contactless.pay(amount="1.00", told={0x9F37: "9A8B7C6D"})
        expect.true_cryptogram(card, answer, ref="JR/T 0025.7")
