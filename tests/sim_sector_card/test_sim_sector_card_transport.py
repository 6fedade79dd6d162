"""The transport application: its files, its composite records, its own keys."""

from __future__ import annotations

import pytest

from conformance.codec import apdu, purse, transport
from conformance.codec.purse import (
    Debit,
    Initiated,
    LogRecord,
    Mac1Order,
    Proof,
    Purchase,
    PurseBusiness,
    Sealed,
)
from conformance.codec.transport import CompositeRecord, ManagementFile, RideState
from conformance.link.memory import MemoryCard
from conformance.sim import sector_card
from conformance.sim.sector_card import PSAM_TERMINAL, TransportCardData

DATE, TIME = "20260701", "080000"


@pytest.fixture
def card():
    link = MemoryCard(sector_card.transport_card(TransportCardData()))
    link.reset()
    assert link.exchange(apdu.select(transport.NAME)).ok
    return link


def ride_of(card) -> CompositeRecord:
    return CompositeRecord.parse(card.exchange(apdu.read_record(transport.COMPOSITE, 1)).data)


def order(card, amount, *updates: tuple[int, int, bytes]):
    """INITIALIZE, the updates, and what the PSAM is told; the debit is still to come."""
    command = purse.initialize_for_purchase(PurseBusiness.COMPOSITE, Purchase(amount, PSAM_TERMINAL))
    initiated = Initiated.parse(card.exchange(command).data)
    for sfi, record, content in updates:
        assert card.exchange(purse.update_composite(record, sfi, content)).ok
    return Mac1Order(
        initiated.random, initiated.sequence, amount, PurseBusiness.COMPOSITE, DATE, TIME,
        initiated.key_version, initiated.algorithm, TransportCardData().serial,
    )  # fmt: skip


def pay(card, psam, amount, *updates: tuple[int, int, bytes]) -> Proof:
    told = order(card, amount, *updates)
    sealed = Sealed.parse(psam.exchange(purse.init_sam_for_purchase(told)).data)
    return Proof.parse(
        card.exchange(purse.debit_for_purchase(Debit(sealed.sequence, DATE, TIME, sealed.mac1))).data
    )


@pytest.fixture
def psam():
    link = MemoryCard(sector_card.transport_psam())
    link.reset()
    assert link.exchange(purse.select_file(0xDF01)).ok
    return link


def test_the_files_have_their_lengths(card):
    assert len(card.exchange(purse.read_binary(transport.MANAGEMENT, 60)).data) == 60
    assert ride_of(card).state == RideState.INITIAL
    assert card.exchange(apdu.read_record(transport.PROCESS_LOG, 1)).sw == 0x6A83
    assert card.exchange(apdu.read_record(transport.MANAGEMENT, 1)).sw == 0x6981


def test_the_management_file_says_whether_the_card_travels(card):
    management = ManagementFile.parse(card.exchange(purse.read_binary(transport.MANAGEMENT, 60)).data)
    assert (management.country, management.interoperable) == (transport.CHINA, 1)


def test_boarding_is_written_with_its_debit(card, psam):
    boarded = CompositeRecord(
        transport.BUS, transport.CompositeMode.SEGMENTED, bytes(8), RideState.BOARDED, ride=b"\1" * 113
    )
    process = b"\2" * 48
    proof = pay(
        card,
        psam,
        0,
        (transport.COMPOSITE, 1, boarded.encode()),
        (transport.PROCESS_LOG, 0, process),
    )
    assert psam.exchange(purse.credit_sam_for_purchase(proof.mac2)).ok
    assert ride_of(card) == boarded
    assert card.exchange(apdu.read_record(transport.PROCESS_LOG, 1)).data == process


def test_without_the_debit_nothing_is_written(card):
    before = ride_of(card)
    order(card, 100, (transport.COMPOSITE, 1, b"\x27\x01\x7d" + bytes(125)))
    card.reset()
    card.exchange(apdu.select(transport.NAME))
    assert ride_of(card) == before


def test_the_process_log_keeps_thirty(card, psam):
    for number in range(31):
        pay(card, psam, 1, (transport.PROCESS_LOG, 0, bytes((number,)) * 48))
    assert card.exchange(apdu.read_record(transport.PROCESS_LOG, 30)).data == b"\1" * 48
    assert card.exchange(apdu.read_record(transport.PROCESS_LOG, 31)).sw == 0x6A83
    log = LogRecord.parse(card.exchange(apdu.read_record(transport.LOG, 10)).data)
    assert (log.sequence, card.exchange(apdu.read_record(transport.LOG, 11)).sw) == (22, 0x6A83)


def test_a_toll_psam_has_other_keys(card):
    psam = MemoryCard(sector_card.toll_psam())
    psam.reset()
    psam.exchange(purse.select_file(0xDF01))
    told = order(card, 100)
    sealed = Sealed.parse(psam.exchange(purse.init_sam_for_purchase(told)).data)
    answer = card.exchange(purse.debit_for_purchase(Debit(sealed.sequence, DATE, TIME, sealed.mac1)))
    assert answer.sw == 0x9302
