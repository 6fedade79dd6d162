"""The point-of-sale terminal: its door, its parts, its line."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.crypto import sm_authority
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import TerminalRefused
from conformance.link.tear import Tear, torn
from conformance.model.terminal import (
    AcceptedApplication,
    Blacklist,
    Fault,
    HostMessage,
    Indication,
    Operation,
    Parameters,
    PosTerms,
    QueueEntry,
    Receipt,
    SmCapk,
    TransactionRecord,
)
from conformance.runner.acquirer import LaboratoryAcquirer
from conformance.runner.opening import ca_keys
from conformance.sim import card as sim_card
from conformance.sim import terminal as sim_terminal

PAN = "6210948000000011"
UNIONPAY = bytes.fromhex("A0000003330101")
WITHOUT_PIN = PosTerms(capabilities=bytes.fromhex("6028C8"))


@pytest.fixture
def acquirer():
    host = LaboratoryAcquirer()
    host.know(PAN)
    yield host
    host.close()


def pos(floor_limit=50000, terms=WITHOUT_PIN, **told):
    device = sim_terminal.build("pos")
    accepted = (AcceptedApplication(UNIONPAY, floor_limit=floor_limit),)
    device.load(
        Parameters(
            capks=ca_keys(),
            applications=accepted,
            pos=terms,
            date_time="2026-05-04T08:00:00",
            **told,
        )
    )
    return device


def card(interface="contact", profile="debit-credit", **particulars):
    return MemoryCard(sim_card.build(profile, interface=interface, **particulars))


def sell(device, link, amount="1000", interface="contact", **keyed):
    device.operate(Operation("sale", {"amount": amount, **keyed}))
    return device.present(link, interface)


def newest(device):
    return device.observe(TransactionRecord)[-1]


def test_a_sale_is_stored_shown_and_printed():
    device = pos()
    assert sell(device, card()).outcome == "completed"
    assert (newest(device).kind, newest(device).details["outcome"]) == ("sale", "offline approved")
    assert device.observe(Indication)[-1].signal == "accepted"
    assert device.observe(Receipt)[-1].lines[-1] == "持卡人签名:"


def test_a_card_without_a_sale_is_ignored():
    assert pos().present(card(), "contact").outcome == "ignored"


def test_a_sale_is_forgotten_when_the_terminal_is_set_to_idle():
    device = pos()
    device.operate(Operation("sale", {"amount": "1000"}))
    device.operate(Operation("idle"))
    assert device.present(card(), "contact").outcome == "ignored"


def test_a_listed_card_is_found():
    device = pos(blacklist=Blacklist(1, (PAN,)))
    sell(device, card())
    assert newest(device).tvr == "1000000000"


def test_a_sale_above_the_floor_limit_goes_to_the_acquirer(acquirer):
    device = pos(floor_limit=500, host=acquirer.address)
    assert sell(device, card()).outcome == "completed"
    assert newest(device).details["response"] == "00"
    assert [each.direction for each in device.observe(HostMessage)] == ["sent", "received"]
    assert device.observe(QueueEntry) == ()
    assert [entry.response for entry in acquirer.entries] == ["00"]


def test_a_sale_that_the_card_refuses_is_reversed_before_the_next(acquirer):
    device = pos(floor_limit=500, host=acquirer.address)
    refusing = card(rules=sim_card.PROBES["arpc-refused"])
    assert sell(device, refusing).outcome == "declined"
    assert [(each.queue, each.reason) for each in device.observe(QueueEntry)] == [("reversal", "96")]
    sell(device, card())
    assert device.observe(QueueEntry) == ()
    assert [entry.business.value for entry in acquirer.entries] == ["sale", "reversal", "sale"]


def test_a_sale_without_an_answer_is_reversed_before_the_next(acquirer):
    device = pos(floor_limit=500, host=acquirer.address)
    device.disturb(Fault("answers-lost", {"count": "1"}))
    assert sell(device, card()).outcome == "declined"
    assert [(each.queue, each.reason) for each in device.observe(QueueEntry)] == [("reversal", "98")]
    sell(device, card())
    assert [entry.business.value for entry in acquirer.entries] == ["sale", "reversal", "sale"]


def test_a_reversal_of_what_the_host_does_not_know_is_done(acquirer):
    device = pos(floor_limit=500, host="127.0.0.1:9")
    device.disturb(Fault("network-up"))
    sell(device, card())
    device.load(Parameters(host=acquirer.address))
    assert sell(device, card()).outcome == "completed"
    assert device.observe(QueueEntry) == ()


def test_an_offline_sale_is_uploaded(acquirer):
    device = pos(host=acquirer.address)
    sell(device, card("contactless", "electronic-cash"), interface="contactless")
    assert [each.state for each in device.observe(QueueEntry)] == ["pending"]
    device.operate(Operation("upload"))
    assert device.observe(QueueEntry) == ()
    assert [entry.response for entry in acquirer.entries] == ["00"]


def test_pins_are_taken_in_the_order_keyed():
    device = pos(terms=PosTerms())
    asked = card(elements={0x8E: bytes.fromhex("00000000000000000100")})
    sell(device, asked, pins="wrong right")
    assert newest(device).details["cvm"] == "010002"


def test_a_tampered_pin_pad_gives_no_pin():
    device = pos(terms=PosTerms())
    device.disturb(Fault("pin-pad-tampered"))
    sell(device, card(elements={0x8E: bytes.fromhex("000000000000000041001F00")}), pins="right")
    assert newest(device).tvr == "0000100000"


def test_a_receipt_ends_where_the_paper_ends():
    device = pos()
    device.disturb(Fault("paper-left", {"lines": "1"}))
    assert sell(device, card()).outcome == "completed"
    assert device.observe(Receipt)[-1].whole is False


def test_a_card_that_leaves_is_asked_for_again():
    device = pos()
    assert sell(device, torn(card(), Tear("before", "GENERATE AC"))).outcome == "lost"
    assert device.observe(Indication)[-1].signal == "present-again"
    assert device.observe(TransactionRecord) == ()


def test_sm_keys_of_the_demonstration_are_for_simulators_alone():
    own = sm_authority.demonstration()
    key = SmCapk(own.rid, own.ca_index, own.ca.public.encode(), demonstration=True)
    identity = dataclasses.replace(sim_terminal.build("pos").identify(), simulated=False)
    real = sim_terminal.Pos(sim_terminal.rules_of("pos"), identity=identity)
    with pytest.raises(TerminalRefused, match="simulated terminals only"):
        real.load(Parameters(sm_capks=(key,)))


@pytest.mark.parametrize(
    "arguments", [{}, {"amount": "ten"}, {"amount": "1", "other": "-1"}], ids=["none", "words", "negative"]
)
def test_a_sale_needs_an_amount(arguments):
    with pytest.raises(TerminalRefused):
        pos().operate(Operation("sale", arguments))


def test_a_power_cut_loses_the_sale_that_was_keyed_in():
    device = pos()
    device.operate(Operation("sale", {"amount": "1000"}))
    device.disturb(Fault("power-cycle"))
    assert device.present(card(), "contact").outcome == "ignored"
