"""Card, flash card: the last record of the last transaction can be read again."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-170",
    revision=1,
    purpose="After a new SELECT, without GET PROCESSING OPTIONS, the card answers the last record of the transaction that it committed, with the same 9F69.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.5", "PB-11.7"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC and CARD.FDDA_01",
)
def last_record_can_be_read_again(card: Card, run: CaseRun) -> None:
    with run.preamble("A tap over 1.00"):
        card.reset()
        card.contactless.pay(amount="1.00")
        saved = card.contactless.card[0x9F69]

    with run.step("SELECT, then the last record"):
        card.reset()
        card.select("A0000003330101")
        answer = card.read_record(5, 1)
        expect.tag_present(card, answer, 0x9F69, ref="JR/T 0025.12-2018")
        expect.equal(
            saved in answer.data, True, what="9F69 of the tap in the record", ref="JR/T 0025.12-2018"
        )
