"""Rides that the issuer is asked for: answered, refused, unanswered, without a line, over power cuts."""

from __future__ import annotations

from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sim_terminal_bus import Passenger, bus_with

from conformance.codec import iso8583
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Ttq
from conformance.codec.status import StatusWord
from conformance.kernel import contactless
from conformance.kernel.initiate import CardDecision, Purchase, initiate
from conformance.kernel.preprocess import OFFLINE_QPBOC
from conformance.link.tear import Tear
from conformance.model.terminal import (
    Fault,
    HostMessage,
    Operation,
    Parameters,
    QueueEntry,
    TransactionRecord,
    TransitTerms,
)
from conformance.sim.card import PROBES
from conformance.sim.host import Account, Acquirer, Issuer, acquirer_server
from conformance.sim.host.acquirer import amounts
from conformance.sim.terminal import ValidatorRules, settlement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim_terminal_bus import Bus

PAN = "6210948000000029"
UPLOAD = Operation("upload")
MORNING = datetime.fromisoformat("2026-07-01T08:00:00")
LEAVING = (
    Tear("after", "GET PROCESSING OPTIONS"),
    Tear("before", "READ RECORD"),
    Tear("after", "READ RECORD"),
)


class Host:
    """An acquirer that can be silent: it acts, and its answer goes nowhere."""

    def __init__(self, balance: int = 100_000) -> None:
        self.acquirer = Acquirer(Issuer((Account(PAN, balance),)))
        self.silent = 0
        self.server = acquirer_server(self)
        self.address = "{}:{}".format(*self.server.address)
        Thread(target=self.server.serve_forever, daemon=True).start()

    def exchange(self, frame: bytes) -> bytes:
        answer = self.acquirer.exchange(frame)
        if self.silent:
            self.silent -= 1
            raise ValueError("silent")
        return answer

    @property
    def taken(self) -> int:
        return sum(amounts(self.acquirer.entries).values())


@pytest.fixture
def host() -> Iterator[Host]:
    served = Host()
    yield served
    served.server.close()


def running(host: Host, **terms: Any) -> Bus:
    bus = bus_with(ValidatorRules())
    told = {"line": "1", "vehicle": "贵G00001", "online_s": 5, **terms}
    bus.device.load(Parameters(host=host.address, transit=TransitTerms(**told)))
    return bus


def poor(**own: Any) -> Passenger:
    return Passenger(balance=50, pan=PAN, **own)


def waiting(bus: Bus, queue: str) -> int:
    return len([each for each in bus.device.observe(QueueEntry) if each.queue == queue])


def test_an_approved_ride_is_sold_and_never_uploaded(host):
    bus = running(host)
    assert (bus.tap(poor()), waiting(bus, "reversal")) == ("completed", 0)
    bus.device.operate(UPLOAD)
    assert (host.taken, len(host.acquirer.entries)) == (100, 1)


def test_a_card_with_money_enough_pays_offline_all_the_same(host):
    bus = running(host)
    assert bus.tap(Passenger(pan=PAN)) == "completed"
    assert bus.device.observe(HostMessage) == ()


def test_a_refused_ride_is_not_sold_and_leaves_nothing_to_undo():
    host = Host(balance=99)
    bus = running(host)
    assert (bus.tap(poor()), bus.records("sale"), waiting(bus, "reversal")) == ("declined", [], 0)
    host.server.close()


def test_without_a_line_the_card_is_believed_and_nothing_is_undone(host):
    bus = running(host)
    bus.device.disturb(Fault("network-down"))
    assert (bus.tap(poor()), waiting(bus, "reversal")) == ("completed", 0)
    bus.device.disturb(Fault("network-up"))
    bus.device.operate(UPLOAD)
    assert (host.taken, waiting(bus, "upload")) == (100, 0)


def test_five_seconds_are_waited_for_and_no_more(host):
    bus, host.silent = running(host), 1
    bus.tap(poor())
    lasted = bus.presentation.ended_ms - bus.presentation.field_on_ms
    assert 5_000 < lasted < 6_000


@pytest.mark.parametrize("tear", LEAVING)
def test_a_card_that_leaves_while_it_is_read_sells_nothing(host, tear):
    bus, card = running(host), poor()
    assert (bus.tap(card, tear), bus.records("sale"), host.taken) == ("lost", [], 0)
    assert bus.tap(card) == "completed"
    assert (card.balance, host.taken) == (50, 100)


def test_a_forged_card_rides_only_where_the_issuer_says_so(host):
    bus = running(host)
    forged = poor(rules=PROBES["fdda-signature-forged"])
    assert bus.tap(forged) == "completed"
    bus.device.wait(5)
    host.silent = 1
    assert bus.tap(forged) == "declined"
    assert (len(bus.records("sale")), waiting(bus, "reversal")) == (1, 1)


def test_a_second_tap_at_once_is_refused_before_anybody_is_asked(host):
    bus, card = running(host), poor()
    bus.tap(card)
    assert (bus.tap(card), host.taken) == ("ignored", 100)


def test_a_host_that_says_22_of_a_deferred_ride_has_it(host):
    bus, host.silent = running(host), 1
    bus.tap(poor())
    (record,) = bus.device.observe(TransactionRecord)
    assert settlement.deferred(record)
    assert [settlement.settled_code(record, code) for code in ("00", "22", "94", None)] == [
        "00",
        "94",
        "94",
        None,
    ]


def test_22_means_nothing_of_a_certificate(bus):
    bus.tap(Passenger())
    (record,) = bus.device.observe(TransactionRecord)
    assert settlement.settled_code(record, "22") == "22"


def test_a_ride_stands_in_its_message_as_far_as_characters_have_a_place(host):
    bus = running(host)
    bus.device.operate(Operation("sign-on", {"driver": "0042"}))
    bus.tap(poor())
    sent = [each for each in bus.device.observe(HostMessage) if each.direction == "sent"]
    assert iso8583.decode(sent[0].frame).text(62) == "FF81010011FF8102007?G00001FF81030040042"


@pytest.mark.parametrize("units", range(14))
@pytest.mark.parametrize("silent", [0, 1])
def test_a_power_cut_anywhere_leaves_the_host_with_what_was_sold(units, silent):
    """After everything is uploaded the host holds the sum of the records, and nothing waits."""
    host = Host()
    bus, card, host.silent = running(host), poor(), silent
    bus.device.disturb(Fault("power-cut", {"after": str(units)}))
    bus.tap(card)
    bus.device.operate(Operation("idle"))
    for _ in range(2):
        bus.device.operate(UPLOAD)
    sold = sum(each.amount for each in bus.records("sale"))
    assert (host.taken, waiting(bus, "reversal"), waiting(bus, "upload")) == (sold, 0, 0)
    host.server.close()


class Tampered:
    """A card whose answer to the exchange of this number is another one."""

    def __init__(self, card, number, answer) -> None:
        self._card, self._number, self._answer = card, number, answer

    def reset(self):
        return self._card.reset()

    def exchange(self, command):
        response = self._card.exchange(command)
        self._number -= 1
        if self._number != -1:
            return response
        if isinstance(self._answer, int):
            return ResponseApdu(response.data[: self._answer], response.sw)
        return self._answer


ANSWERS = st.builds(
    ResponseApdu,
    st.binary(max_size=64),
    st.sampled_from([0x9000, 0x6A82, 0x6985, 0x6283]).map(StatusWord),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 6), answer=ANSWERS | st.integers(0, 250))
def test_any_answer_of_a_card_ends_in_a_stated_way_and_sells_nothing_unproved(host, number, answer):
    """Without a line whatever is sold rests on the card's own signature."""
    bus, card = running(host), poor()
    bus.device.disturb(Fault("network-down"))
    shown = bus.device.present(Tampered(card.link, number, answer))
    assert shown.outcome in {"completed", "declined", "lost", "ignored"}
    assert (shown.outcome == "completed") is bool(bus.records("sale"))


def test_a_card_signs_an_online_cryptogram_where_it_is_asked_to_and_pays_nothing():
    from sim_terminal_bus import demonstration_capk

    from conformance.crypto.rsa import RsaPublicKey

    card = poor()
    ttq = Ttq.QPBOC | Ttq.ODA_FOR_ONLINE | Ttq.FDDA_VERSION_01
    terms = Purchase(100, ttq, b"\1\2\3\4", MORNING)
    card.link.reset()
    initiated = initiate(card.link, contactless.enter(card.link), terms)
    transaction = contactless.read_last(card.link, contactless.read_before_last(card.link, initiated))
    capk = demonstration_capk()
    key = RsaPublicKey(int.from_bytes(capk.modulus), int.from_bytes(capk.exponent))
    contactless.authenticate(transaction, {(capk.rid, capk.index): key}, terms.when.date())
    assert (initiated.decision, card.balance) == (CardDecision.ARQC, 50)


def test_an_online_cryptogram_is_not_signed_where_nobody_asks():
    card = poor()
    ttq = OFFLINE_QPBOC.without(Ttq.OFFLINE_ONLY)
    card.link.reset()
    terms = Purchase(100, ttq, bytes(4), MORNING)
    assert initiate(card.link, contactless.enter(card.link), terms).afl is None
