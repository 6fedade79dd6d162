"""Card, SM: the cryptogram is made with SM4 where the terminal asks for it."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SMS-010",
    revision=1,
    purpose="The card that is asked for SM by DF69 says algorithm 04 in 9F10, and its cryptogram is the one that the issuer's SM4 keys give.",
    refs=["JR/T 0025.17"],
    sources=["PB-6.3", "PB-5"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.SM",
    needs=("issuer-keys",),
)
def cryptogram_with_sm4(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap with DF69 01"):
        answer = card.contactless.pay(told={0xDF69: "01"})
        expect.equal(answer.issuer_data[7], 0x04, what="algorithm in 9F10", ref="JR/T 0025.17")
        expect.true_cryptogram(card, answer, ref="JR/T 0025.17")
        expect.true_issuer_data(card, answer, ref="JR/T 0025.17")
