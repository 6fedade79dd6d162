from __future__ import annotations

import pytest

from conformance.codec import tlv
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.kernel.contactless import enter
from conformance.kernel.initiate import CardDecision, Left, initiate
from conformance.kernel.select import Application
from conformance.kernel.termination import TerminatedError

DF_NAME = bytes.fromhex("A000000333010101")
TTQ_ONLY = Application(DF_NAME, Dol.parse(bytes.fromhex("9F6604")))
ANSWER = {
    0x82: "7C00",
    0x94: "28010100",
    0x9F36: "0011",
    0x9F26: "A93B37C2EF49E770",
    0x9F10: "07010103900000010A010000020000C8AB4F4F",
    0x57: "6210948000000011D30122200000000000",
}


def answer(**changed: str | None) -> str:
    values = ANSWER | {int(tag[1:], 16): value for tag, value in changed.items()}
    objects = b"".join(tlv.encode(tag, bytes.fromhex(value)) for tag, value in values.items() if value)
    return tlv.encode(0x77, objects).hex() + "9000"


def test_the_pdol_is_filled_with_the_purchase_and_zeros_for_what_is_unknown(scripted, terms):
    card = scripted(answer())
    application = Application(DF_NAME, Dol.parse(bytes.fromhex("9F66049F02065F2A029A039F37049F4E02")))
    initiate(card, application, terms)
    assert (
        card.asked[0].data.hex()
        == "8315" + "28000080" + "000000000100" + "0156" + "260504" + "11223344" + "0000"
    )


def test_a_card_that_asks_for_no_ttq_is_none_for_qpboc(scripted, terms):
    with pytest.raises(TerminatedError, match="pdol-without-ttq"):
        initiate(scripted(), Application(DF_NAME, None), terms)


@pytest.mark.parametrize(
    ("cvr", "decision"),
    [("03900000", CardDecision.TC), ("03A00000", CardDecision.ARQC), ("03800000", CardDecision.AAC)],
)
def test_the_decision_is_read_from_the_cvr(scripted, terms, cvr, decision):
    initiated = initiate(scripted(answer(t9F10=f"070101{cvr}01")), TTQ_ONLY, terms)
    assert initiated.decision is decision


def test_the_balance_after_the_debit_is_read_from_the_idd(scripted, terms):
    initiated = initiate(scripted(answer()), TTQ_ONLY, terms)
    assert initiated.left == Left(Tag.EC_BALANCE, 20000)


def test_without_a_balance_in_the_idd_9f5d_says_what_is_left(scripted, terms):
    card = scripted(answer(t9F10="0701010390000001", t9F5D="000000004900"))
    assert initiate(card, TTQ_ONLY, terms).left == Left(Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT, 4900)


def test_a_silent_card_leaves_the_balance_unknown(scripted, terms):
    assert initiate(scripted(answer(t9F10="0701010390000001")), TTQ_ONLY, terms).left is None


def test_a_tc_held_the_amount_more_before(scripted, terms):
    assert initiate(scripted(answer()), TTQ_ONLY, terms).held_before == 20100


def test_an_aac_held_the_same_before(scripted, terms):
    refused = answer(t9F10="07010103800000010A010000020000C8AB4F4F")
    assert initiate(scripted(refused), TTQ_ONLY, terms).held_before == 20000


@pytest.mark.parametrize("tag", ["t82", "t94", "t9F36", "t9F26", "t9F10", "t57"])
def test_a_tc_without_a_mandatory_object_ends_the_transaction(scripted, terms, tag):
    with pytest.raises(TerminatedError, match=f"gpo-object-missing: {tag[1:]}"):
        initiate(scripted(answer(**{tag: None})), TTQ_ONLY, terms)


@pytest.mark.parametrize(
    ("tag", "value"), [("t57", "62D"), ("t9F10", "0701"), ("t94", "280101"), ("t94", "00010100")]
)
def test_a_malformed_object_ends_the_transaction(scripted, terms, tag, value):
    with pytest.raises(TerminatedError, match="malformed"):
        initiate(scripted(answer(**{tag: value + "0" * (len(value) % 2)})), TTQ_ONLY, terms)


def test_a_status_word_other_than_9000_ends_the_transaction(scripted, terms):
    with pytest.raises(TerminatedError, match="gpo-refused: 6985"):
        initiate(scripted("6985"), TTQ_ONLY, terms)


def test_the_simulated_card_tells_its_pan_atc_and_psn(card, terms):
    initiated = initiate(card, enter(card), terms)
    assert (initiated.pan, initiated.psn, initiated.atc) == ("6210948000000011", "01", 2)
