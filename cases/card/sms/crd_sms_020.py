"""Card, SM: a terminal without SM gets 3DES."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SMS-020",
    revision=1,
    purpose="The card says algorithm 01 in 9F10, and its cryptogram is the one that the issuer's 3DES keys give, when the terminal does not ask for SM.",
    refs=["JR/T 0025.17"],
    sources=["PB-6.3", "PB-5"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.SM",
    needs=("issuer-keys",),
)
def cryptogram_with_3des_otherwise(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap with DF69 00"):
        answer = card.contactless.pay(told={0xDF69: "00"})
        expect.equal(answer.issuer_data[7], 0x01, what="algorithm in 9F10", ref="JR/T 0025.17")
        expect.true_cryptogram(card, answer, ref="JR/T 0025.17")
