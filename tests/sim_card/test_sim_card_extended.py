"""The extended application (PB-8): its commands, what they cost, what a tear leaves."""

from __future__ import annotations

import pytest
from sim_card_contact_reader import ARQC, ContactReader
from sim_card_extended import (
    BUS,
    COMPLETION,
    HISTORY,
    HOLD,
    MANAGEMENT_KEY,
    METRO,
    OPEN_KEY,
    RANDOM,
    RECORD,
    SEGMENT,
    Gate,
    entered,
    gate,
)
from sim_card_reader import LAST, TERMINAL

from conformance.codec import apdu
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.crypto.des import retail_mac, tdes_encrypt
from conformance.sim.card import Interface, build
from conformance.sim.card.profile import parse


def begun(one: Gate, indicator: str = SEGMENT, amount: int = 100, number: int = 0x0570) -> Gate:
    """SELECT, READ CAPP DATA, GPO."""
    one.select()
    one.read_capp(number)
    assert one.gpo(indicator, amount).ok
    return one


def test_the_record_comes_with_the_published_mac() -> None:
    one = gate(extended="82")
    one.select()
    answer = one.read_capp(random=RANDOM)
    assert (answer.sw, answer.data.hex().upper()) == (0x9000, RECORD.hex().upper() + "1C895F11")


@pytest.mark.parametrize("extended", ["01", "02"])
def test_without_the_bit_in_df61_there_is_no_mac_and_no_random_number(extended: str) -> None:
    one = gate(extended=extended)
    one.select()
    assert one.read_capp().data == RECORD
    assert one.read_capp(random=RANDOM).sw == 0x6700


@pytest.mark.parametrize(
    ("p1", "p2", "data", "status"),
    [
        (1, METRO << 3, "0570", 0x6A86),
        (0, METRO << 3 | 2, "0570", 0x6A86),
        (0, METRO << 3, "05", 0x6700),
        (0, 0x17 << 3, "0570", 0x6A82),
        (0, HISTORY << 3, "0570", 0x6A82),
        (0, METRO << 3, "0999", 0x6A83),
        (0, BUS << 3, "0570", 0x6A83),
        (0, METRO << 3 | 1, "0570", 0x9000),
    ],
)
def test_read_capp_data_refuses_what_is_not_there(p1: int, p2: int, data: str, status: int) -> None:
    one = gate()
    one.select()
    assert one.send(0x80, 0xB4, p1, p2, bytes.fromhex(data)).sw == status


def test_read_capp_data_finds_the_next_record_of_the_same_id() -> None:
    one = gate()
    one.select()
    one.append(entered(0x0601, 1), BUS)
    one.append(entered(0x0602, 2), BUS)
    one.append(entered(0x0601, 3), BUS)
    found = [one.read_capp(0x0601, BUS, following=again) for again in (False, True, True)]
    assert [answer.data[-1:] for answer in found] == [b"\x01", b"\x03", b""]
    assert found[2].sw == 0x6A83


@pytest.mark.parametrize("extended", ["00", "03", "83"])
def test_a_card_whose_df61_says_nothing_known_refuses(extended: str) -> None:
    one = gate(extended=extended)
    one.select()
    assert one.read_capp().sw == 0x6985


def test_a_segment_pays_and_updates_with_the_last_record() -> None:
    one = begun(gate())
    assert one.update(entered(0x0570, 7)).ok
    assert (one.amounts(), one.read_capp().data) == ((100_000, 0), RECORD)  # torn: SELECT came first
    one.pay(SEGMENT, 100, station=7)
    assert (one.amounts(), one.read_capp().data) == ((99_900, 0), entered(0x0570, 7))


def test_a_tear_before_the_last_record_costs_the_atc_alone() -> None:
    one = begun(gate())
    one.update(entered(0x0570, 7))
    one.card.power_off()
    one.card.power_on()
    assert (one.amounts(), one.get(Tag.ATC).hex(), one.read_capp().data) == ((100_000, 0), "0002", RECORD)


def test_an_entry_costs_nothing_and_is_written() -> None:
    one = gate()
    one.pay(SEGMENT, 0, station=3)
    assert (one.amounts(), one.read_capp().data) == ((100_000, 0), entered(0x0570, 3))


def test_the_answer_to_an_update_proves_the_record_key() -> None:
    one = begun(gate())
    answer = one.update(entered(0x0570, 7))
    sent = one.update(entered(0x0570, 7), wrong=True)
    assert (len(answer.data), sent.sw) == (4, 0x6988)
    head = bytes((0x84, 0xDE, 0, METRO << 3, len(RECORD) + 4))

    mac = retail_mac(MANAGEMENT_KEY, head + entered(0x0570, 7), one.atc.rjust(8, b"\0"))[:4]
    assert answer.data == tdes_encrypt(MANAGEMENT_KEY, bytes.fromhex("90008000") + mac)[:4]


@pytest.mark.parametrize(
    ("content", "sfi", "status"),
    [
        (entered(0x0570, 1), METRO, 0x9000),
        (entered(0x0570, 1) + b"\0", METRO, 0x6A84),
        (entered(0x0570, 1)[:-1], METRO, 0x6A80),
        (entered(0x0570, 1), 0x17, 0x6A82),
        (entered(0x0999, 1), METRO, 0x6A83),
        (entered(0x0571, 1), METRO, 0x6986),
    ],
)
def test_update_refuses_what_does_not_fit(content: bytes, sfi: int, status: int) -> None:
    assert begun(gate()).update(content, sfi).sw == status


def test_update_with_parameters_or_without_content_is_refused() -> None:
    one = begun(gate())
    assert one.send(0x84, 0xDE, 1, METRO << 3, bytes(14)).sw == 0x6A86
    assert one.send(0x84, 0xDE, 0, METRO << 3 | 4, bytes(14)).sw == 0x6A86
    assert one.send(0x84, 0xDE, 0, METRO << 3, bytes(6)).sw == 0x6700


def test_update_comes_right_after_gpo_or_another_update() -> None:
    one = begun(gate())
    assert one.update(entered(0x0570, 1)).ok
    assert one.update(entered(0x0570, 2)).ok
    one.read(2, 1)
    assert one.update(entered(0x0570, 3)).sw == 0x6985


def test_without_df60_or_without_a_tc_there_is_no_update() -> None:
    assert begun(gate(), "00").update(entered(0x0570, 1)).sw == 0x6985
    assert begun(gate(), "04").update(entered(0x0570, 1)).sw == 0x6985
    one = gate()
    one.select()
    one.read_capp()
    one.gpo(SEGMENT, 100, t9F66="26800080")
    assert one.update(entered(0x0570, 1)).sw == 0x6985


def test_a_full_cache_is_said() -> None:
    one = begun(gate(cache=15))
    assert one.update(entered(0x0570, 1)).ok
    assert one.update(entered(0x0570, 1)).sw == 0x6581


def test_the_record_updated_is_the_record_read_last() -> None:
    one = gate()
    one.select()
    one.read_capp(0x0570)
    one.read_capp(0x0571)
    one.gpo(SEGMENT, 100)
    assert one.update(entered(0x0570, 1)).ok
    assert one.read(*LAST).sw == 0x6974
    assert one.amounts() == (100_000, 0)


def test_the_history_keeps_its_newest_entries_first() -> None:
    one = gate()
    for number in (1, 2, 3):
        begun(one)
        assert one.update(bytes((number,)).rjust(16, b"\0"), HISTORY, OPEN_KEY).ok
        assert one.read(*LAST).ok
    one.select()
    assert [one.read(HISTORY, record).data[-1:] for record in (1, 2)] == [b"\x03", b"\x02"]
    assert one.read(HISTORY, 3).sw == 0x6A83


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (entered(0x0601), 0x9000),
        (entered(0x0601)[:-1], 0x6A80),
        (b"\x06\x01\xf0" + bytes(0xF0), 0x6700),
    ],
)
def test_append_opens_a_record(content: bytes, status: int) -> None:
    one = gate()
    one.select()
    if len(content) > 200:
        assert one.send(0x04, 0xE2, 0, BUS << 3, content[:20]).sw == status
    else:
        assert one.append(content, BUS) == status
        assert one.read_capp(0x0601, BUS).sw == (0x9000 if status == 0x9000 else 0x6A83)


def test_append_refuses_a_wrong_mac_a_full_file_and_a_file_that_is_not_there() -> None:
    one = gate()
    one.select()
    assert one.append(entered(0x0601), BUS, wrong=True) == 0x6988
    assert [one.append(entered(0x0574)) for _ in range(3)] == [0x9000, 0x9000, 0x6A84]
    assert one.append(entered(0x0601), 0x17) == 0x6A82
    assert one.send(0x04, 0xE2, 1, BUS << 3, bytes(40)).sw == 0x6A86


def test_an_appended_record_is_used_with_its_own_key() -> None:
    one = gate()
    key = bytes(range(16))
    one.select()
    one.append(entered(0x0601), BUS, key)
    one.read_capp(0x0601, BUS)
    one.gpo(SEGMENT, 100)
    assert one.update(entered(0x0601, 9), BUS).sw == 0x6988
    assert one.update(entered(0x0601, 9), BUS, key).ok


# Pre-authorisation and completion


@pytest.mark.parametrize("indicator", [HOLD, COMPLETION])
def test_a_hold_needs_a_record_that_was_read_and_a_card_that_knows_holds(indicator: str) -> None:
    one = gate()
    one.select()
    assert one.gpo(indicator, 100).sw == 0x6985
    one = gate(extended="01")
    one.select()
    one.read_capp()
    assert one.gpo(indicator, 100).sw == 0x6985


def test_a_completion_needs_a_hold() -> None:
    one = gate()
    one.select()
    one.read_capp()
    assert one.gpo(COMPLETION, 100).sw == 0x6973


def test_one_hold_for_a_record_and_three_in_all() -> None:
    one = gate()
    one.pay(HOLD, 100, 0x0570)
    one.select()
    one.read_capp(0x0570)
    assert one.gpo(HOLD, 100).sw == 0x6972
    one.pay(HOLD, 100, 0x0571)
    one.pay(HOLD, 100, 0x0572)
    one.select()
    one.read_capp(0x0573)
    assert one.gpo(HOLD, 100).sw == 0x6971


def test_a_hold_shows_no_cryptogram_and_proves_zeros() -> None:
    one = begun(gate(), HOLD)
    answer = one.update(entered(0x0570, 1))
    assert answer.ok
    one.read(*LAST)
    assert one.send(0x80, 0x5A, 0, 0, one.atc).data == bytes(8)
    one.select()
    one.read_capp()
    assert one.found(one.gpo(COMPLETION, 100), Tag.AC)


def test_a_hold_has_no_9f26() -> None:
    one = gate()
    one.select()
    one.read_capp()
    answer = one.gpo(HOLD, 100)
    assert (one.found(answer, Tag.AC), one.found(answer, Tag.ATC)) == (None, one.atc)


def test_a_torn_hold_was_never_made() -> None:
    one = begun(gate(), HOLD)
    one.update(entered(0x0570, 1))
    one.card.power_off()
    one.card.power_on()
    one.pay(HOLD, 100)
    assert one.amounts() == (99_900, 0)


def test_the_proof_is_the_cryptogram_of_the_committed_transaction() -> None:
    one = gate()
    one.select()
    one.read_capp()
    answer = one.gpo(SEGMENT, 100)
    assert one.send(0x80, 0x5A, 0, 0, one.atc).sw == 0x9406
    one.read(*LAST)
    assert one.send(0x80, 0x5A, 0, 0, one.atc).data == one.found(answer, Tag.AC)
    assert one.send(0x80, 0x5A, 0, 0, b"\0\0").sw == 0x9406
    assert one.send(0x80, 0x5A, 0, 1, one.atc).sw == 0x6A86
    assert one.send(0x80, 0x5A, 0, 0, b"\0").sw == 0x6700


# The worked balances of PB-8


def test_47_002_a_deposit_pays_and_is_repaid() -> None:
    one = gate(deposit=40_000)
    one.pay(HOLD, 60_000)
    assert (one.amounts(), int(one.get(0x9F5D).hex())) == ((40_000, 0), 40_000)
    one.pay(SEGMENT, 80_000, 0x0571)
    assert (one.amounts(), int(one.get(0x9F5D).hex())) == ((0, 40_000), 0)
    one.pay(COMPLETION, 30_000)
    assert one.amounts() == (0, 10_000)


def test_46_007_three_holds_and_their_completions() -> None:
    one, balances = gate(), []
    for indicator, amounts in ((HOLD, (1000, 2000, 3000)), (COMPLETION, (4000, 5000, 6000))):
        for number, amount in zip((0x0570, 0x0571, 0x0572), amounts, strict=True):
            one.pay(indicator, amount, number)
            balances.append(one.amounts()[0])
    assert balances == [99_000, 97_000, 94_000, 91_000, 88_000, 85_000]


def test_more_than_balance_and_deposit_is_declined_or_goes_online() -> None:
    one = gate(deposit=40_000, balance=10_000)
    one.select()
    assert one.found(one.gpo(SEGMENT, 50_000), Tag.AFL)
    one.select()
    answer = one.gpo(SEGMENT, 50_001, t9F66="2A000080")
    assert (one.found(answer, 0x9F10) or b"")[4] & 0x30 == 0x00
    one.select()
    answer = one.gpo(SEGMENT, 50_001)
    assert (one.found(answer, 0x9F10) or b"")[4] & 0x30 == 0x20


def test_a_hold_in_another_currency_is_declined() -> None:
    one = gate()
    one.select()
    one.read_capp()
    answer = one.gpo(HOLD, 100, t5F2A="0840", t9F66="2A000080")
    assert (one.found(answer, 0x9F10) or b"")[4] & 0x30 == 0x00


# Issuer scripts, over contacts


def at_the_bank(one: Gate) -> ContactReader:
    """The card in a contact reader, gone online."""
    one.card.turn_to(Interface.CONTACT)
    counter = ContactReader(one.card)
    counter.cash(t9F7A="00")
    counter.first(ARQC)
    return counter


def test_a_load_repays_the_deposit_first() -> None:
    one = gate(deposit=40_000, balance=0)
    one.pay(SEGMENT, 40_000)
    counter = at_the_bank(one)
    assert counter.put(Tag.EC_BALANCE, "000000100000") == 0x9000
    assert one.amounts() == (60_000, 0)


def test_a_load_counts_what_is_held() -> None:
    one = gate()
    one.pay(HOLD, 60_000)
    counter = at_the_bank(one)
    assert counter.put(Tag.EC_BALANCE, "000000140001") == 0x6976


@pytest.mark.parametrize(
    ("tag", "value", "status"),
    [
        (0xDF62, "000000040000", 0x9000),
        (0xDF62, "000000039999", 0x6A80),
        (0xDF62, "999999900000", 0x6985),
        (0xDF63, "000000000000", 0x6A86),
        (0xDF61, "81", 0x9000),
        (0xDF61, "83", 0x6A80),
        (0xDF61, "0101", 0x6700),
    ],
)
def test_the_issuer_changes_deposit_and_features_within_bounds(tag: int, value: str, status: int) -> None:
    one = gate(deposit=50_000, balance=0)
    one.pay(SEGMENT, 40_000)
    assert at_the_bank(one).put(tag, value) == status


SM_AND_EXTENDED = """
card: both
extends: sm-beside-rsa
applications:
  debit:
    elements:
      extended application: "02"
    contactless:
      elements:
        PDOL: "9F66049F02069F03069F1A0295055F2A029A039C019F3704DF6001DF6901"
    capp_files:
      - sfi: 21
        record_length: 128
        size: 1024
        open_key: "11111111111111112222222222222222"
        records:
          - {management_key: D5F1FE4A7F8C20FDEC49150BA2E00EDF, content: "05700700000000000000"}
"""


def test_a_segment_is_paid_under_sm_too() -> None:
    """PB-1 shows such a PDOL: DF60 and DF69 behind the terminal's values, 35 bytes."""
    made = build(parse(SM_AND_EXTENDED, "both.yaml"), balance=5000)
    made.power_on()
    one = Gate(made)
    one.select()
    assert one.read_capp().ok
    values = {int(tag): bytes.fromhex(value) for tag, value in TERMINAL.items()}
    dol = Dol.parse(bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C019F3704DF6001DF6901"))
    listed = dol.fill({**values, 0xDF60: b"\x01", 0xDF69: b"\x01"})
    answer = made.process(apdu.get_processing_options(listed))
    one.atc = one.found(answer, Tag.ATC) or b""
    assert (len(listed), (one.found(answer, 0x9F10) or b"")[7]) == (35, 4)
    assert one.update(entered(0x0570, 5)).ok
    assert one.read(*LAST).ok
    one.select()
    assert (int(one.get(Tag.EC_BALANCE).hex()), one.read_capp().data[-1]) == (4900, 5)
