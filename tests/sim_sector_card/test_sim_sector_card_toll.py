"""The toll user card and its PSAM: together they pay once, in pieces they pay not at all."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest
from sector_lane import OWN, TIME, Lane

from conformance.codec import apdu, purse, toll
from conformance.codec.apdu import CommandApdu
from conformance.codec.purse import Proof, Purchase, PurseBusiness
from conformance.codec.toll import IssueFile, PassRecord, PassStatus
from conformance.crypto.purse import PurseScheme
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import CardWithdrawn
from conformance.link.tear import Tear, torn
from conformance.sim import sector_card
from conformance.sim.sector_card.personalisation import tac_key


def left(lane: Lane) -> bytes:
    """Record 1 of 0019 as an exit writes it."""
    return replace(PassRecord.parse(lane.passed), status=PassStatus.CLOSED_MTC_EXIT).encode()


def test_the_files_tell_whose_card_it_is():
    lane = Lane()
    issue = IssueFile.parse(lane.ask(purse.read_binary(toll.ISSUE, 43)).data)
    assert (issue.plate, issue.serial, issue.card_type) == (
        "贵G00001",
        OWN.serial,
        toll.CardType.STORED_VALUE,
    )
    assert PassRecord.parse(lane.passed).status == PassStatus.CLOSED_MTC_ENTRY
    assert len(lane.ask(purse.read_binary(toll.SECOND, toll.SECOND_LENGTH)).data) == 40


def test_a_purchase_pays_writes_logs_and_proves():
    lane = Lane()
    written = left(lane)
    proof = lane.pay(3_500, written)
    assert lane.accept(proof).ok
    assert (lane.balance, lane.passed) == (6_500, written)
    assert (lane.log.amount, lane.log.type, lane.log.time) == (3_500, PurseBusiness.COMPOSITE, TIME)


def test_the_tac_is_the_clearing_centres():
    lane = Lane()
    proof = lane.pay(3_500)
    values = {
        "amount": (3_500).to_bytes(4, "big"),
        "type": b"\x09",
        "terminal": sector_card.PSAM_TERMINAL,
        "terminal_sequence": (1).to_bytes(4, "big"),
        "date": bytes.fromhex(lane.log.date),
        "time": bytes.fromhex(lane.log.time),
    }
    assert proof.tac == PurseScheme().tac_of(tac_key(OWN.serial), values)


def test_transaction_numbers_of_both_sides_rise():
    lane = Lane()
    for number in range(1, 4):
        initiated = lane.initialize(100)
        sealed = lane.seal(initiated, 100)
        assert (initiated.sequence, sealed.sequence) == (number, number)
        assert lane.debit(sealed).ok


def test_the_log_keeps_fifty_and_lets_the_oldest_go():
    lane = Lane()
    for _ in range(52):
        lane.pay(1)
    assert lane.ask(apdu.read_record(toll.LOG, 50)).ok
    assert lane.ask(apdu.read_record(toll.LOG, 51)).sw == 0x6A83
    assert lane.log.sequence == 52


def test_a_simple_purchase_writes_no_record():
    lane = Lane()
    lane.initialize(100, PurseBusiness.PURCHASE)
    assert lane.ask(purse.update_composite(0xAA, toll.COMPOSITE, lane.passed)).sw == 0x6985


def test_what_the_purse_does_not_hold_is_not_paid():
    lane = Lane()
    command = purse.initialize_for_purchase(
        PurseBusiness.COMPOSITE, Purchase(10_001, sector_card.PSAM_TERMINAL)
    )
    assert lane.ask(command).sw == 0x9401
    assert lane.initialize(10_000).balance == 10_000


def test_a_wrong_mac1_pays_nothing():
    lane = Lane()
    sealed = lane.seal(lane.initialize(100), 100)
    assert lane.debit(replace(sealed, mac1=bytes(4))).sw == 0x9302
    assert lane.balance == 10_000
    assert lane.debit(sealed).sw == 0x6985  # the transaction is over


def test_another_amount_than_was_sealed_is_not_paid():
    lane = Lane()
    sealed = lane.seal(lane.initialize(100), 200)
    assert lane.debit(sealed).sw == 0x9302


def test_a_forged_mac2_is_not_accepted_and_the_number_is_not_used_again():
    lane = Lane(card=MemoryCard(sector_card.toll_card(OWN, rules=sector_card.PROBES["forged-mac2"])))
    assert lane.accept(lane.pay(100)).sw == 0x9302
    assert lane.seal(lane.initialize(100), 100).sequence == 2


def test_the_psam_locks_after_fifteen_forged_macs():
    lane = Lane()
    for _ in range(15):
        lane.seal(lane.initialize(0), 0)
        assert lane.accept(Proof(bytes(4), bytes(4))).sw == 0x9302
    assert lane.accept(Proof(bytes(4), bytes(4))).sw == 0x6983


def test_a_mac2_is_verified_once():
    lane = Lane()
    proof = lane.pay(100)
    assert lane.accept(proof).ok
    assert lane.accept(proof).sw == 0x6985


def test_a_psam_of_another_key_version_says_so():
    own = replace(OWN, key_version=2)
    lane = Lane(card=MemoryCard(sector_card.toll_card(own)), own=own)
    initiated = lane.initialize(100)
    with pytest.raises(AssertionError, match="9403"):
        lane.seal(initiated, 100)


def test_the_card_that_forgets_to_write_is_a_probe():
    lane = Lane(card=MemoryCard(sector_card.toll_card(OWN, rules=sector_card.PROBES["entry-not-written"])))
    before = lane.passed
    lane.pay(100, left(lane))
    assert (lane.balance, lane.passed) == (9_900, before)


COMMANDS = ("INITIALIZE FOR PURCHASE", "UPDATE RECORD", "DEBIT FOR PURCHASE")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("command", COMMANDS)
def test_torn_anywhere_the_card_pays_and_writes_both_or_neither(command, moment):
    lane = Lane()
    whole, before, written = lane.card, lane.passed, left(lane)
    lane.card = torn(whole, Tear(moment, command))
    with pytest.raises(CardWithdrawn):
        lane.pay(3_500, written)
    lane.card = whole
    lane.enter()
    committed = (command, moment) == (COMMANDS[-1], "after")
    assert (lane.balance, lane.passed) == ((6_500, written) if committed else (10_000, before))


def test_a_lost_answer_is_proved_afterwards():
    lane = Lane()
    initiated = lane.initialize(100)
    lost = Proof.parse(lane.debit(lane.seal(initiated, 100)).data)
    lane.enter()
    proved = lane.ask(purse.get_transaction_prove(PurseBusiness.COMPOSITE, initiated.sequence))
    assert Proof.parse(proved.data) == lost
    assert lane.accept(lost).ok


def test_what_never_took_place_is_not_proved():
    lane = Lane()
    number = lane.initialize(100).sequence
    lane.enter()
    assert lane.ask(purse.get_transaction_prove(PurseBusiness.COMPOSITE, number)).sw == 0x9406
    lane.pay(100)
    assert lane.ask(purse.get_transaction_prove(PurseBusiness.PURCHASE, number)).sw == 0x9406


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (CommandApdu(0x00, 0xA4, 0x00, 0x00, b"\x12\x34"), 0x6A82),
        (CommandApdu(0x00, 0xA4, 0x04, 0x00, b""), 0x6A82),
        (CommandApdu(0x00, 0xA4, 0x01, 0x00, b"\x10\x01"), 0x6A86),
        (purse.read_binary(0x07, 1), 0x6A82),
        (purse.read_binary(toll.LOG, 1), 0x6981),
        (purse.read_binary(toll.ISSUE, 1, 44), 0x6B00),
        (CommandApdu(0x00, 0xB0, 0x00, 0x00, b"", 1), 0x6A86),
        (apdu.read_record(toll.ISSUE, 1), 0x6981),
        (apdu.read_record(toll.COMPOSITE, 0), 0x6A83),
        (apdu.read_record(toll.COMPOSITE, 0xEE), 0x6A83),
        (CommandApdu(0x80, 0x50, 0x02, 0x02, bytes(11)), 0x6A86),
        (CommandApdu(0x80, 0x50, 0x03, 0x02, bytes(10)), 0x6700),
        (CommandApdu(0x80, 0x50, 0x03, 0x02, bytes(11)), 0x9403),
        (CommandApdu(0x80, 0x54, 0x00, 0x00, bytes(15)), 0x6A86),
        (CommandApdu(0x80, 0x54, 0x01, 0x00, bytes(15)), 0x6985),
        (CommandApdu(0x80, 0x5C, 0x00, 0x01, b"", 4), 0x6A86),
        (CommandApdu(0x80, 0x5A, 0x00, 0x09, bytes(1), 8), 0x6700),
        (CommandApdu(0x80, 0x5A, 0x01, 0x09, bytes(2), 8), 0x6A86),
        (CommandApdu(0x00, 0x5C, 0x00, 0x02, b"", 4), 0x6E00),
        (CommandApdu(0x00, 0xFE, 0x00, 0x00), 0x6D00),
    ],
)
def test_what_is_wrong_is_refused_with_its_status_word(command, status):
    assert Lane().ask(command).sw == status


@pytest.mark.parametrize(
    ("content", "p1", "status"),
    [(bytes(43), 0xAA, 0x6A80), (b"\xaa" + bytes(41), 0xAA, 0x6700), (bytes(43), 0x77, 0x6A83)],
)
def test_a_composite_record_is_written_as_a_whole_and_under_its_own_name(content, p1, status):
    lane = Lane()
    lane.initialize(100)
    assert lane.ask(purse.update_composite(p1, toll.COMPOSITE, content)).sw == status


def test_outside_the_directory_the_purse_is_shut():
    lane = Lane()
    lane.card.reset()
    assert lane.ask(purse.get_balance()).sw == 0x6985
    assert len(lane.ask(purse.read_binary(toll.HOLDER, 55)).data) == 55


def test_the_psam_tells_its_number_and_keeps_shut_outside_its_application():
    psam = MemoryCard(sector_card.toll_psam())
    psam.reset()
    assert psam.exchange(purse.read_binary(0x16, 6)).data == sector_card.PSAM_TERMINAL
    assert psam.exchange(CommandApdu(0x80, 0x70, 0, 0, bytes(0x24))).sw == 0x6985
    assert psam.exchange(purse.select_file(0xDF02)).sw == 0x6A82
    assert psam.exchange(purse.read_binary(0x15, 6)).sw == 0x6A82
    assert psam.exchange(purse.get_balance()).sw == 0x6D00


@pytest.mark.parametrize("rules", [sector_card.PurseCardRules(), sector_card.PsamRules()])
def test_every_rule_names_a_clause(rules):
    for rule in dataclasses.fields(rules):
        assert getattr(rules, rule.name).clause[:3] == "HW-"
