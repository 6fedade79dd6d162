"""Cards that leave a point-of-sale terminal at their last record, and what becomes of their sale."""

from __future__ import annotations

import pytest
from test_sim_terminal_pos import card, newest, pos, sell

from conformance.codec import apdu
from conformance.codec.tags import Tag
from conformance.kernel.recovery import amount_of
from conformance.link.outcomes import TerminalRefused
from conformance.link.tear import Tear, torn
from conformance.model.terminal import (
    DeviceEvent,
    Fault,
    FlashRecord,
    Indication,
    Operation,
    TransactionRecord,
)

AID = bytes.fromhex("A000000333010101")
OTHER = "6210948000000029"
SEGMENT = {"indicator": "1", "sfi": "21", "identifier": "0570", "record": "05700700000000000001"}


def purse(profile="electronic-cash", **particulars):
    return card("contactless", profile, balance=5000, **particulars)


def tear(device, link, when="after", command="last record", **keyed):
    """A sale over 10.00 whose card leaves at this command."""
    assert sell(device, torn(link, Tear(when, command)), interface="contactless", **keyed).outcome == "lost"


def kinds(device):
    return [each.kind for each in device.observe(TransactionRecord)]


def balance(link):
    link.reset()
    link.exchange(apdu.select(AID))
    return amount_of(link, Tag.EC_BALANCE)


def test_a_card_that_paid_completes_its_sale_when_it_returns():
    device, link = pos(), purse()
    tear(device, link)
    assert [(each.pan, each.amount) for each in device.observe(FlashRecord)] == [("6210948000000011", 1000)]
    assert device.observe(Indication)[-1].signal == "present-again"
    assert device.present(link).outcome == "completed"
    assert (kinds(device), newest(device).amount, balance(link)) == (["sale"], 1000, 4000)
    assert not device.observe(FlashRecord)
    assert device.present(link).outcome == "ignored"


@pytest.mark.parametrize(
    ("when", "command"),
    [("before", "last record"), ("after", "GET PROCESSING OPTIONS"), ("before", "SELECT")],
)
def test_a_card_that_did_not_pay_pays_when_it_returns(when, command):
    device, link = pos(), purse()
    tear(device, link, when, command)
    assert device.present(link).outcome == "completed"
    assert (kinds(device), balance(link), list(device.observe(FlashRecord))) == (["sale"], 4000, [])


def test_it_may_leave_again_and_again():
    device, link = pos(), purse()
    tear(device, link)
    for command in ("SELECT", "GET DATA", "READ RECORD"):
        assert device.present(torn(link, Tear("before", command))).outcome == "lost"
    assert device.present(link).outcome == "completed"
    assert (kinds(device), balance(link)) == (["sale"], 4000)


def test_another_card_pays_its_own_sale_and_leaves_the_torn_one_waiting():
    device, first, other = pos(), purse(), purse(pan=OTHER)
    tear(device, first)
    assert device.present(other).outcome == "completed"
    assert (newest(device).pan, balance(other)) == (OTHER, 4000)
    assert device.present(first).outcome == "completed"
    assert (newest(device).pan, kinds(device), balance(first)) == ("6210948000000011", ["sale", "sale"], 4000)


def test_a_sale_keyed_in_anew_does_not_charge_a_card_twice_that_comes_back():
    device, link = pos(), purse()
    tear(device, link)
    device.operate(Operation("sale", {"amount": "1000"}))
    assert device.present(link).outcome == "completed"
    assert (kinds(device), balance(link)) == (["sale"], 4000)


def test_a_card_that_used_its_number_elsewhere_leaves_an_exception():
    device, link = pos(), purse()
    tear(device, link)
    assert sell(pos(), link, interface="contactless").outcome == "completed"
    assert device.present(link).outcome == "completed"
    assert kinds(device) == ["exception", "sale"]


def test_past_t2_a_torn_sale_is_an_exception_and_nobody_completes_it():
    device, link = pos(flash_t2_ms=60_000), purse()
    tear(device, link)
    device.wait(59)
    assert kinds(device) == []
    device.wait(2)
    assert (kinds(device), newest(device).reason) == (["exception"], "T2 passed")
    device.operate(Operation("idle"))
    assert device.present(link).outcome == "ignored"


def test_the_oldest_torn_sale_makes_room():
    device = pos(flash_capacity=1)
    tear(device, purse())
    tear(device, purse(pan=OTHER))
    assert (kinds(device), newest(device).reason) == (["exception"], "no room")
    assert [each.pan for each in device.observe(FlashRecord)] == [OTHER]


def test_idle_forgets_torn_sales():
    device, link = pos(), purse()
    tear(device, link)
    device.operate(Operation("idle"))
    assert device.present(link).outcome == "ignored"
    assert not device.observe(FlashRecord)


def test_a_power_cycle_does_not():
    device, link = pos(), purse()
    tear(device, link)
    device.disturb(Fault("power-cycle"))
    assert device.present(link).outcome == "completed"
    assert (kinds(device), balance(link)) == (["sale"], 4000)


def test_power_that_fails_anywhere_in_the_return_stores_the_sale_once():
    cut = 0
    for units in range(0, 1200, 7):
        device, link = pos(), purse()
        tear(device, link)
        device.disturb(Fault("power-cut", {"after": str(units)}))
        device.present(link)
        cut += any(each.event == "power-lost" for each in device.observe(DeviceEvent))
        device.present(link)
        assert (kinds(device), balance(link)) == (["sale"], 4000), units
    assert cut > 20


def test_without_room_for_its_record_nothing_is_sold():
    device, link = pos(store_capacity=0), purse()
    assert sell(device, link, interface="contactless").outcome == "declined"
    assert balance(link) == 5000


def test_contacts_complete_no_torn_sale():
    device, link = pos(), purse()
    tear(device, link)
    device.operate(Operation("idle"))
    assert device.present(card(), "contact").outcome == "ignored"


def test_a_record_is_opened_once_its_file_is_known():
    device, link = pos(), purse("extended-application")
    device.operate(Operation("open", {"sfi": "22", "record": "05710701020304050607"}))
    assert device.present(link).outcome == "completed"
    assert device.present(link).outcome == "ignored"
    device.operate(Operation("open", {"sfi": "22", "record": "05710701020304050607"}))
    assert device.present(purse()).outcome == "declined"


@pytest.mark.parametrize("command", ["SELECT", "GET DATA", "APPEND RECORD"])
def test_a_card_that_leaves_before_its_record_is_opened_is_lost(command):
    device, link = pos(), purse("extended-application")
    device.operate(Operation("open", {"sfi": "22", "record": "05710701020304050607"}))
    assert device.present(torn(link, Tear("before", command))).outcome == "lost"


@pytest.mark.parametrize(
    "told", [{"sfi": "23", "record": "057107"}, {"sfi": "x", "record": "057107"}, {"sfi": "22"}]
)
def test_what_cannot_be_opened_is_refused(told):
    with pytest.raises(TerminalRefused):
        pos().operate(Operation("open", told))
