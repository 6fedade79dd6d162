"""Card, offline data authentication: fDDA binds the terminal's unpredictable number."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ODA-010",
    revision=1,
    purpose="The card's fast dynamic signature verifies under its certificates over this transaction's unpredictable number, twice in a row.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.7"],
    sources=["PB-6.1", "PB-6.2"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC",
    needs=("capk",),
)
def fdda_binds_the_unpredictable_number(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A purchase of 0.01 with the unpredictable number 12345678"):
        signed = card.purchase(amount="0.01", unpredictable_number="12345678")
        expect.dynamic_signature(
            card, signed.icc_key, signed.signature, signed.terminal_data, ref="JR/T 0025.12-2018"
        )

    with run.step("Another with 9ABCDEF0"):
        card.reset()
        signed = card.purchase(amount="0.01", unpredictable_number="9ABCDEF0")
        expect.dynamic_signature(
            card, signed.icc_key, signed.signature, signed.terminal_data, ref="JR/T 0025.12-2018"
        )
