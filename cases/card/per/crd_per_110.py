"""Card, personalisation: the last record of qPBOC holds the cash code."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-110",
    revision=1,
    purpose="The last record that the card's AFL names in qPBOC holds the EC issuer authorisation code (9F74) and no expiration date (5F24).",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-3.9f74", "PB-3.perso"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
)
def cash_code_stands_last(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap, and its last record again"):
        card.contactless.pay(amount="0.01")
        answer = card.read_record(*card.contactless.last_place)
        expect.tag_present(card, answer, 0x9F74, ref="JR/T 0025.12-2018")
        expect.tag_absent(card, answer, 0x5F24, ref="JR/T 0025.12-2018")
