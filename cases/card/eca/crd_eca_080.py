"""Card, qPBOC: another currency is declined where 9F68 forbids it."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-080",
    revision=1,
    purpose="The card declines a transaction in another currency than its own where 9F68 byte 2 bit 7 forbids it.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3", "PB-4.7"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="own-currency-only",
)
def foreign_currency_is_declined(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap in US dollars"):
        answer = card.contactless.start(amount="1.00", told={0x5F2A: "0840"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.12-2018")

    with run.step("A tap in yuan"):
        card.reset()
        answer = card.contactless.start(amount="1.00")
        expect.decision(card, answer, "TC", ref="JR/T 0025.12-2018")
