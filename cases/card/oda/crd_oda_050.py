"""Card, fDDA: a reader without version 01 gets version 00."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ODA-050",
    revision=1,
    purpose="The card signs the unpredictable number alone and sends no 9F69 to a reader that does not offer fDDA version 01.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-6.2"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.FDDA_01",
    needs=("capk",),
)
def older_readers_get_version_00(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap with TTQ 28000000"):
        card.contactless.pay(amount="1.00", told={0x9F66: "28000000"})
        expect.equal(
            0x9F69 in card.contactless.card, False, what="9F69 in the last record", ref="JR/T 0025.12-2018"
        )
        key = card.key_of(card.contactless)
        expect.dynamic_signature(
            card, key, card.contactless.card[0x9F4B], bytes.fromhex("1A2B3C4D"), ref="JR/T 0025.12-2018"
        )
