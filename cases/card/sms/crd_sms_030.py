"""Card, SM: the dynamic signature is SM2's."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SMS-030",
    revision=1,
    purpose="The card's dynamic signature verifies with SM2 under its SM certificates over this transaction's unpredictable number.",
    refs=["JR/T 0025.17"],
    sources=["PB-6.3", "PB-6.2"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.SM",
    needs=("capk",),
)
def signature_with_sm2(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap with DF69 01 and fDDA version 00"):
        card.contactless.pay(told={0xDF69: "01", 0x9F66: "28000000"})
        key = card.sm_key_of(card.contactless)
        expect.sm_signature(
            card, key, card.contactless.card[0x9F4B], bytes.fromhex("1A2B3C4D"), ref="JR/T 0025.17"
        )
