"""Cards through a real pcscd with virtual readers: every way in which an exchange can end has its name."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from conformance.codec.apdu import (
    CommandApdu,
    ResponseApdu,
    generate_ac,
    get_data,
    get_processing_options,
    internal_authenticate,
    read_record,
    select,
)
from conformance.codec.status import StatusWord
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import CardMute, CardWithdrawn, NoPcscService, ReaderGone
from conformance.link.pcsc import Chaining, PcscCard, readers
from conformance.link.pcscd import PcscService
from conformance.link.t0 import T0Card
from conformance.link.tear import Tear, torn
from conformance.link.vpcd import VirtualReader
from conformance.sim.card import CONTACT_ATR, T1_ATR, build

pytestmark = pytest.mark.tool("pcsc")

PPSE = select(b"2PAY.SYS.DDF01")
SELECT_BEFORE = Tear("before", "SELECT")


class Scripted:
    """Gives its answers in order, with None for silence; keeps what it was sent."""

    def __init__(self, *answers: str | None, atr: str = "3B600000") -> None:
        self.sent: list[str] = []
        self._answers = list(answers)
        self._atr = bytes.fromhex(atr)

    def power_on(self):
        return self._atr

    def power_off(self): ...

    def process(self, command):
        self.sent.append(command.encode().hex().upper())
        answer = self._answers.pop(0)
        if answer is None:
            raise CardMute("says nothing")
        return ResponseApdu(bytes.fromhex(answer[:-4]), StatusWord(int(answer[-4:], 16)))


@pytest.fixture(name="service")
def service_fixture(lacking):
    service = PcscService()
    try:
        service.start()
    except NoPcscService as reason:
        lacking("pcsc", str(reason))
    yield service
    service.stop()


@pytest.fixture(name="field")
def field_fixture(service):
    with VirtualReader(service.host, service.card_port, silence_s=0.8) as field:
        yield field


@pytest.fixture(name="door")
def door_fixture(service):
    door = PcscCard(service.reader, deadline_s=0.5)
    yield door
    door.close()


@pytest.fixture(name="simulated")
def simulated_fixture():
    return MemoryCard(build("electronic-cash"))


def test_a_card_answers_through_pcsc_as_it_does_in_memory(field, door, simulated):
    field.plug(simulated)
    assert door.reset() == simulated.reset()
    assert door.exchange(PPSE) == simulated.exchange(PPSE)


def test_the_service_shows_its_readers(service):
    assert readers() == (service.reader, "Virtual PCD 00 01")


def test_an_empty_reader_has_no_card(service):
    empty = PcscCard(service.reader, insertion_s=0.1)
    with pytest.raises(CardWithdrawn):
        empty.reset()
    empty.close()


def test_waiting_for_a_card_ends(door):
    with pytest.raises(CardWithdrawn, match=r"within 0\.1 s"):
        door.inserted(0.1)


def test_a_torn_card_is_withdrawn(field, door, simulated):
    field.plug(torn(simulated, SELECT_BEFORE))
    door.reset()
    with pytest.raises(CardWithdrawn):
        door.exchange(PPSE)


def test_a_card_returns_after_it_was_torn(field, door, simulated):
    field.plug(torn(simulated, SELECT_BEFORE))
    door.reset()
    with pytest.raises(CardWithdrawn):
        door.exchange(PPSE)
    field.plug(simulated)
    door.reset()
    assert door.exchange(PPSE).ok


def test_a_card_that_is_taken_out_is_withdrawn(field, door, simulated):
    field.plug(simulated)
    door.reset()
    field.unplug()
    with pytest.raises(CardWithdrawn):
        door.exchange(PPSE)


def test_a_card_is_noticed_although_the_reader_was_asked_just_after_the_one_before(
    field, door, simulated, monkeypatch
):
    monkeypatch.setattr("conformance.link.vpcd._ABSENCE_S", 0)
    field.plug(simulated)
    door.reset()
    field.unplug()
    field.plug(simulated)
    door.reset()
    assert door.exchange(PPSE).ok


def test_a_silent_card_is_mute_at_the_deadline(field, door):
    field.plug(MemoryCard(Scripted(None)))
    door.reset()
    started = time.monotonic()
    with pytest.raises(CardMute, match=r"within 0\.5 s"):
        door.exchange(PPSE)
    assert time.monotonic() - started < 1


def test_a_card_works_again_after_it_was_mute(field, door):
    field.plug(MemoryCard(Scripted(None, "9000")))
    door.reset()
    with pytest.raises(CardMute):
        door.exchange(PPSE)
    door.reset()
    assert door.exchange(PPSE).ok


def test_a_reset_takes_the_power_from_the_card(field, door, simulated):
    field.plug(simulated)
    door.reset()
    door.exchange(PPSE)
    door.reset()
    assert not door.exchange(CommandApdu(0x80, 0xA8, 0, 0, bytes.fromhex("8300"), 256)).ok


def test_a_service_that_ends_takes_its_reader_along(service, field, door, simulated):
    field.plug(simulated)
    door.reset()
    service.stop()
    with pytest.raises(ReaderGone):
        door.exchange(PPSE)


def test_a_reader_returns_with_its_service(service, door, simulated):
    with pytest.raises(CardWithdrawn):
        door.inserted(0)
    service.stop()
    with pytest.raises(ReaderGone):
        door.inserted(0)
    service.start()
    with VirtualReader(service.host, service.card_port) as field:
        field.plug(simulated)
        door.reset()
        assert door.exchange(PPSE).ok


def test_no_card_goes_into_a_reader_whose_service_ended(service, simulated):
    service.stop()
    with VirtualReader(service.host, service.card_port) as field, pytest.raises(ReaderGone):
        field.plug(simulated)


def test_a_reader_that_does_not_exist_is_gone(service):
    door = PcscCard("ACME 00 00")
    with pytest.raises(ReaderGone, match=f"no reader ACME 00 00; there are: {service.reader}"):
        door.reset()
    door.close()


def test_a_reader_in_use_is_the_benchs_fault(service, field, door, simulated):
    field.plug(simulated)
    door.reset()
    second = PcscCard(service.reader)
    with pytest.raises(ReaderGone, match="another program"):
        second.reset()
    second.close()


@pytest.mark.parametrize(
    ("command", "answers", "expected"),
    [
        ("00A4040001AA00", ["6102", "CAFE9000"], (["00A4040001AA", "00C0000002"], "CAFE9000")),
        ("00B2010C00", ["6C02", "CAFE9000"], (["00B2010C00", "00B2010C02"], "CAFE9000")),
        ("00B2010C00", ["01026101", "039000"], (["00B2010C00", "00C0000001"], "0102039000")),
        ("00B2010C00", ["6A83"], (["00B2010C00"], "6A83")),
    ],
)
def test_chaining_of_t0_is_one_exchange(service, field, command, answers, expected):
    card = Scripted(*answers)
    field.plug(MemoryCard(card))
    door = PcscCard(service.reader, chaining=Chaining.ISO7816_T0)
    door.reset()
    response = door.exchange(CommandApdu.decode(bytes.fromhex(command)))
    door.close()
    assert (card.sent, response.encode().hex().upper()) == expected


@pytest.mark.parametrize(
    ("chaining", "atr"), [(Chaining.NONE, "3B600000"), (Chaining.ISO7816_T0, "3B80800101")]
)
def test_without_t0_or_without_being_asked_61xx_is_an_answer(service, field, chaining, atr):
    field.plug(MemoryCard(Scripted("6102", atr=atr)))
    door = PcscCard(service.reader, chaining=chaining)
    door.reset()
    assert door.exchange(PPSE).sw == 0x6102
    door.close()


def test_bytes_that_are_no_command_get_6700_from_the_reader(field, door, simulated):
    field.plug(simulated)
    door.reset()
    broken = type("Broken", (), {"encode": lambda _: bytes.fromhex("00A40400FF00")})()
    assert door.exchange(broken).sw == 0x6700


def test_a_fault_of_the_served_card_comes_out_when_it_is_unplugged(field, door):
    field.plug(MemoryCard(Scripted()))
    door.reset()
    with pytest.raises(CardWithdrawn):
        door.exchange(PPSE)
    with pytest.raises(IndexError):
        field.unplug()


# A process of their own: the client library keeps the socket's path that it saw first.
ALONE = """
import os, sys
from conformance.link.outcomes import NoPcscService
from conformance.link.pcsc import PcscCard, readers
os.environ["PCSCLITE_CSOCK_NAME"] = os.devnull + "/nowhere"
{hide}
for attempt in (readers, PcscCard("any").reset):
    try:
        attempt()
    except NoPcscService as outcome:
        print(outcome)
"""


@pytest.mark.parametrize(
    ("hide", "said"),
    [("", "0x8010001D"), ("sys.modules['smartcard'] = None", "install pboc-conformance[pcsc]")],
)
def test_no_service_is_named_not_traced_back(hide, said):
    command = [sys.executable, "-c", ALONE.format(hide=hide)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [said in line for line in done.stdout.splitlines()] == [True, True]


def test_without_pcscd_the_service_says_what_to_install(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(NoPcscService, match="install pcscd and vsmartcard-vpcd"):
        PcscService().start()


def contact_card(atr):
    return MemoryCard(build("debit-credit", interface="contact", contact_atr=atr))


def session(link):
    """A debit session: selection, GPO, every record, GENERATE AC; what was answered."""
    answers = [
        link.exchange(select(bytes.fromhex("A000000333010101"))),
        link.exchange(get_processing_options(b"")),
        *(
            link.exchange(read_record(sfi, number))
            for sfi, number in ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3))
        ),
        link.exchange(get_data(0x9F36)),
        link.exchange(internal_authenticate(bytes(4))),
        link.exchange(generate_ac(0x80, bytes(55))),
        link.exchange(read_record(2, 4)),
    ]
    return [answer.encode() for answer in answers]


@pytest.mark.parametrize(
    ("behind", "atr"), [(T0Card, CONTACT_ATR), (lambda link: link, T1_ATR)], ids=["T=0", "T=1"]
)
def test_a_contact_card_gives_the_same_session_over_t0_and_t1_as_in_memory(service, field, behind, atr):
    door = PcscCard(service.reader, chaining=Chaining.ISO7816_T0)
    field.plug(behind(contact_card(atr)))
    in_memory = contact_card(atr)
    in_memory.reset()
    assert door.reset() == atr
    assert session(door) == session(in_memory)
    door.close()


def test_without_chaining_t0_shows_what_the_card_said(service, field, door):
    field.plug(T0Card(contact_card(CONTACT_ATR)))
    door.reset()
    answer = door.exchange(select(bytes.fromhex("A000000333010101")))
    assert (answer.data, answer.sw.sw1) == (b"", 0x61)


def test_a_warning_keeps_its_data_over_t0(service, field):
    door = PcscCard(service.reader, chaining=Chaining.ISO7816_T0)
    field.plug(T0Card(MemoryCard(Scripted("6F006283"))))
    door.reset()
    assert door.exchange(PPSE).encode().hex() == "6f006283"
    door.close()
