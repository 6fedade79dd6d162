"""Over contacts, online with PIN: what was not answered is undone before anything else is sold."""

from __future__ import annotations

import pytest
from sim_toll_lane import TERMS, cash_card, exit_with, pass_card

from conformance.codec import iso8583
from conformance.link.memory import MemoryCard
from conformance.model.terminal import HostMessage, Parameters, QueueEntry
from conformance.runner.acquirer import LaboratoryAcquirer
from conformance.sim import card as sim_card

PAN = "6210948000000011"


@pytest.fixture
def acquirer():
    host = LaboratoryAcquirer()
    host.know(PAN, balance="1000.00")
    yield host
    host.close()


@pytest.fixture
def lane(acquirer):
    lane = exit_with(ec_limit=1_000)
    lane.device.load(Parameters(host=acquirer.address))
    lane.arrive()
    lane.tap(pass_card())
    return lane


def chip(pan: str = PAN) -> MemoryCard:
    return MemoryCard(sim_card.build("debit-credit", interface="contact", pan=pan))


def pay(lane, pin="right", pan=PAN) -> str:
    if pin:
        lane.do("pin", reference=pin)
    return lane.tap(chip(pan), interface="contact")


def sent(lane) -> list[str]:
    messages = lane.device.observe(HostMessage)
    return [iso8583.decode(each.frame).mti for each in messages if each.direction == "sent"]


def waiting(lane) -> list[QueueEntry]:
    return [each for each in lane.device.observe(QueueEntry) if each.queue == "reversal"]


def test_a_sale_online_pays_with_pin(lane, acquirer):
    assert pay(lane) == "completed"
    assert (lane.amounts, lane.open, lane.sale("tender")) == ([3_500], True, "online")
    message = iso8583.decode(lane.device.observe(HostMessage)[0].frame)
    assert (message.mti, message.text(22), int(message.text(4))) == ("0200", "051", 3_500)
    assert 52 in message.fields
    assert waiting(lane) == []
    assert [entry.response for entry in acquirer.entries] == ["00"]


def test_without_a_pin_nothing_goes_out(lane):
    assert pay(lane, pin="") == "declined"
    assert (sent(lane), lane.amounts, lane.open) == ([], [], False)


def test_what_the_issuer_declines_is_not_reversed(lane, acquirer):
    acquirer.know("6210948000000029", balance="1.00")
    assert pay(lane, pan="6210948000000029") == "declined"
    assert (sent(lane), waiting(lane), lane.open) == (["0200"], [], False)


def test_an_unanswered_sale_is_reversed_before_the_next(lane, acquirer):
    acquirer.withhold_answers(1)
    assert pay(lane) == "declined"
    assert [each.reason for each in waiting(lane)] == ["98"]
    assert (lane.amounts, lane.open) == ([], False)
    assert pay(lane) == "completed"
    assert sent(lane) == ["0200", "0400", "0200"]
    assert (lane.amounts, waiting(lane)) == ([3_500], [])


def test_while_a_reversal_waits_nothing_is_sold_online(lane, acquirer):
    acquirer.withhold_answers(2)
    pay(lane)
    assert pay(lane) == "declined"
    assert sent(lane) == ["0200", "0400"]


def test_without_the_line_cash_remains(lane):
    lane.disturb("network-down")
    assert pay(lane) == "declined"
    lane.do("cash")
    assert (sent(lane), lane.open) == ([], True)


def test_a_tampered_pin_pad_gives_no_block(lane):
    lane.disturb("pin-pad-tampered")
    pay(lane)
    messages = [iso8583.decode(each.frame) for each in lane.device.observe(HostMessage)]
    assert all(52 not in message.fields for message in messages)


def test_power_lost_with_the_answer_in_hand_reverses_the_sale(lane):
    lane.disturb("power-cut-at", moment="debited")
    assert pay(lane) == "lost"
    assert (lane.amounts, lane.open) == ([], False)
    assert pay(lane) == "completed"
    assert (sent(lane), lane.amounts) == (["0200", "0400", "0200"], [3_500])


def test_electronic_cash_goes_up_once_and_other_tenders_not_at_all(lane, acquirer):
    lane.device.load(Parameters(toll=TERMS))
    lane.tap(cash_card())
    lane.do("leave")
    lane.arrive(number="2")
    lane.tap(pass_card())
    lane.do("cash")
    for _ in range(2):
        lane.do("upload")
    assert sent(lane) == ["0200"]
    assert [(entry.amount, entry.response) for entry in acquirer.entries] == [(3_500, "00")]
