"""The extended application: reading, updating and opening its records, and what they cost (PB-8).

Its MACs are of 3DES whatever the terminal chose with DF69: no source shows them with SM4.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Cvr
from conformance.codec.tags import Tag
from conformance.crypto.des import retail_mac, tdes_decrypt, tdes_encrypt
from conformance.sim.card import risk
from conformance.sim.card.capp import CappUpdate
from conformance.sim.card.plan import CappRecord
from conformance.sim.card.purse import FIRST
from conformance.sim.card.state import (
    CACHE_FULL,
    COMPLETION_WITHOUT_HOLD,
    CONDITIONS_NOT_SATISFIED,
    FILE_NOT_FOUND,
    HELD_ALREADY,
    HOLDS_EXHAUSTED,
    MAC_INCORRECT,
    NO_PROOF,
    NO_ROOM,
    NOT_READ,
    OK,
    OTHER_RECORD_READ,
    RECORD_NOT_FOUND,
    WRONG_DATA,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Decision,
    Refused,
)

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.plan import CappFile
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, CardState, Transaction

_GET_PROCESSING_OPTIONS, _UPDATE = 0xA8, 0xDE
_MAC_LENGTH = 4
_ID_LENGTH = 2
_HEAD_LENGTH = 3  # ID and length
_KEY_LENGTH = 16
_RANDOM_LENGTH = 8
_FIRST, _NEXT = 0, 1
_MOST_HELD = 3
_SEGMENTS, _SEGMENTS_AND_HOLDS = 0x01, 0x02
_WITH_MAC = 0x80
_MAC_ANSWER_HEAD = bytes.fromhex("90008000")


class Indicator(IntEnum):
    """DF60: what the terminal wants of the extended application; more than 3 counts as none (PB-8)."""

    NONE = 0
    SEGMENT = 1
    HOLD = 2  # offline pre-authorisation
    COMPLETION = 3


def indicator(application: Application, values: dict[int, bytes]) -> Indicator:
    """What DF60 asks of a card that has the extended application."""
    asked = values.get(Tag.CAPP_TRANSACTION_INDICATOR, b"\0")[0]
    known = bool(application.image.capp_files) and asked <= Indicator.COMPLETION
    return Indicator(asked) if known else Indicator.NONE


def conditions(application: Application, transaction: Transaction) -> None:
    """What GPO refuses: 6985 without the feature or a record read before, 6972, 6971, 6973 (PB-2, PB-8)."""
    if transaction.indicator is Indicator.NONE:
        return
    feature = _feature(application)
    if transaction.indicator is Indicator.SEGMENT:
        return
    if feature != _SEGMENTS_AND_HOLDS or not application.capp_read:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    place, held = _held_at(application), application.memory.capp.held
    if transaction.indicator is Indicator.COMPLETION:
        if place not in held:
            raise Refused(COMPLETION_WITHOUT_HOLD)
    elif place in held:
        raise Refused(HELD_ALREADY)
    elif len(held) >= _MOST_HELD:
        raise Refused(HOLDS_EXHAUSTED)
    transaction.holds_at = place


def amounts(application: Application, transaction: Transaction) -> Decision | None:
    """Balance and deposit pay, DF62 less DF63 below zero; a completion adds or gives back the difference.

    In another currency only segments are possible, as ordinary payments (chosen). What cannot be paid is
    declined offline and goes online otherwise, as in PB-7.3.
    """
    if transaction.purse is not FIRST or not transaction.matched:
        ordinary = transaction.indicator is Indicator.SEGMENT
        return risk.amounts(application, transaction) if ordinary else Decision.AAC
    image, held = application.image, application.memory.capp.held
    needed = transaction.amount - (held.get(transaction.holds_at, 0) if transaction.holds_at else 0)
    threshold = 0 if transaction.offline_only else image.amount(Tag.EC_RESET_THRESHOLD) or 0
    usable = transaction.balance + (image.amount(Tag.DEDUCTION_LIMIT) or 0) - transaction.deducted
    single = image.amount(Tag.EC_SINGLE_LIMIT)
    if needed > max(usable - threshold, 0) or (single is not None and transaction.amount > single):
        transaction.checks_failed |= Cvr.VELOCITY_EXCEEDED
        return Decision.AAC if transaction.offline_only else Decision.ARQC
    _settle(transaction, needed)
    return Decision.TC


def shows_cryptogram(transaction: Transaction) -> bool:
    """A pre-authorisation is answered without 9F26 (PB-7.3)."""
    return transaction.indicator is not Indicator.HOLD or transaction.decision is not Decision.TC


def read(card: CardState, command: CommandApdu) -> ResponseApdu:
    """READ CAPP DATA: the first record of this ID, or the next, with an R-MAC where DF61 says 81 or 82."""
    application = card.application
    with_mac = bool(_extended(application) & _WITH_MAC)
    _feature(application)
    if command.p1 or command.p2 & 0b111 not in (_FIRST, _NEXT):
        raise Refused(WRONG_P1_P2)
    if len(command.data) != _ID_LENGTH + _RANDOM_LENGTH * with_mac:
        raise Refused(WRONG_LENGTH)
    sfi, asked = command.p2 >> 3, command.data[:_ID_LENGTH]
    _file(application, sfi)
    index = _find(application, sfi, asked, after_last=bool(command.p2 & _NEXT))
    record = application.memory.capp.records[sfi][index]
    application.capp_read.append((sfi, index))
    mac = card.rules.capp.read_mac.apply(record, command.data[_ID_LENGTH:]) if with_mac else b""
    return ResponseApdu(record.content + mac, OK)


def read_mac(record: CappRecord, random: bytes) -> bytes:
    """Four bytes over the record with its own key; the terminal's random number is the initial value."""
    return retail_mac(record.management_key, record.content, random)[:_MAC_LENGTH]


def update(card: CardState, command: CommandApdu) -> ResponseApdu:
    """UPDATE CAPP DATA CACHE: note a record for the commit; the answer is a MAC over the command's (PB-8)."""
    application, rules = card.application, card.rules
    if command.p1 or command.p2 & 0b111:
        raise Refused(WRONG_P1_P2)
    transaction = application.transaction
    rules.capp.update_allowed.apply(card.previous, transaction)
    assert transaction is not None  # noqa: S101  as `update_allowed` found
    if len(command.data) < _HEAD_LENGTH + _MAC_LENGTH:
        raise Refused(WRONG_LENGTH)
    content, mac = command.data[:-_MAC_LENGTH], command.data[-_MAC_LENGTH:]
    changed, key, length = _target(application, command.p2 >> 3, content)
    if not rules.capp.mac_holds.apply(key, transaction.atc, command):
        raise Refused(MAC_INCORRECT)
    rules.capp.update_length.apply(length, len(content))
    used = sum(len(each.content) for each in transaction.cache)
    if used + len(content) > application.image.capp_cache:
        raise Refused(CACHE_FULL)
    transaction.cache.append(changed)
    return ResponseApdu(rules.capp.update_mac.apply(key, mac), OK)


def update_allowed(previous: int | None, transaction: Transaction | None) -> None:
    """Only right after a GPO that answered a TC for DF60 1 to 3, or after another update; else 6985."""
    follows = previous in (_GET_PROCESSING_OPTIONS, _UPDATE)
    extended = transaction is not None and transaction.indicator is not Indicator.NONE
    if not follows or not extended or transaction is None or not transaction.awaits_commit:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def update_length(held: int, given: int) -> None:
    """A record keeps its length: 6A84 for more, 6A80 for less."""
    if given != held:
        raise Refused(NO_ROOM if given > held else WRONG_DATA)


def mac_holds(key: bytes, atc: bytes, command: CommandApdu) -> bool:
    """Over header and data as sent; the ATC at the end of eight bytes is the initial value (PB-8)."""
    head = bytes((command.cla, command.ins, command.p1, command.p2, len(command.data)))
    message, mac = head + command.data[:-_MAC_LENGTH], command.data[-_MAC_LENGTH:]
    return mac == retail_mac(key, message, atc.rjust(8, b"\0"))[:_MAC_LENGTH]


def update_mac(key: bytes, mac: bytes) -> bytes:
    """The left half of 90008000 and the command's MAC, enciphered (PB-8, of confidence M)."""
    return tdes_encrypt(key, _MAC_ANSWER_HEAD + mac)[:_MAC_LENGTH]


def append(card: CardState, command: CommandApdu) -> ResponseApdu:
    """APPEND RECORD: a new record with its key, enciphered by the file's open key; written at once (PB-8).

    The source does not say in which state it is taken; here, whenever the application is selected.
    """
    application, rules = card.application, card.rules
    _feature(application)
    if command.p1 or command.p2 & 0b111:
        raise Refused(WRONG_P1_P2)
    file = _file(application, command.p2 >> 3)
    if len(command.data) < _KEY_LENGTH + _HEAD_LENGTH + _MAC_LENGTH:
        raise Refused(WRONG_LENGTH)
    atc = application.memory.atc.to_bytes(2, "big")
    if not rules.capp.mac_holds.apply(file.open_key, atc, command):
        raise Refused(MAC_INCORRECT)
    content = command.data[_KEY_LENGTH:-_MAC_LENGTH]
    if content[2] != len(content) - _HEAD_LENGTH:
        raise Refused(WRONG_DATA)
    records = application.memory.capp.records.setdefault(file.sfi, [])
    rules.capp.room.apply(file, sum(len(each.content) for each in records), len(content))
    records.append(CappRecord(tdes_decrypt(file.open_key, command.data[:_KEY_LENGTH]), content))
    return ResponseApdu(b"", OK)


def room(file: CappFile, used: int, added: int) -> None:
    """A record longer than the file allows, or a file that is full, answers 6A84."""
    if added > file.record_length or (file.size and used + added > file.size):
        raise Refused(NO_ROOM)


def get_trans_prove(card: CardState, command: CommandApdu) -> ResponseApdu:
    """GET TRANS PROVE: the cryptogram of the committed transaction with this ATC; 9406 without one."""
    if command.p1 or command.p2:
        raise Refused(WRONG_P1_P2)
    if len(command.data) != _ID_LENGTH:
        raise Refused(WRONG_LENGTH)
    proof = card.application.memory.capp.proof
    if proof is None or proof[0] != command.data:
        raise Refused(NO_PROOF)
    return ResponseApdu(proof[1], OK)


def record_last_read(application: Application, transaction: Transaction) -> None:
    """Before the commit: the record that was updated must be the one read last, or 6974 (PB-2, PB-11.7)."""
    updated = [(each.sfi, each.index) for each in transaction.cache if each.index is not None]
    if updated and updated[-1] != application.capp_read[-1]:
        raise Refused(OTHER_RECORD_READ)


def commit(rules: CardRules, application: Application, transaction: Transaction) -> None:
    """With the last AFL record: records, deposit, pre-authorisations, and the proof (PB-7.5, PB-8)."""
    if not application.image.capp_files:
        return
    memory = application.memory.capp
    for each in transaction.cache:
        write(application, each)
    if transaction.holds_at is not None:
        if transaction.indicator is Indicator.HOLD:
            memory.held[transaction.holds_at] = transaction.amount
        else:
            memory.held.pop(transaction.holds_at, None)
    memory.proof = transaction.atc, rules.capp.proof.apply(rules, application, transaction)


def proof(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """The cryptogram, zeros for a pre-authorisation, which has none (PB-11.7)."""
    if not rules.capp.shows_cryptogram.apply(transaction):
        return bytes(8)
    return rules.application_cryptogram.apply(application, transaction)


def cyclic_record(application: Application, sfi: int, number: int) -> bytes | None:
    """READ RECORD of a cyclic file: the newest is record 1; None where there is none such (PB-8)."""
    entries = application.memory.capp.cycles.get(sfi, [])
    return entries[number - 1] if 1 <= number <= len(entries) else None


def _settle(transaction: Transaction, needed: int) -> None:
    """Take from the balance and then from the deposit, or give back to the deposit and then the balance."""
    if needed >= 0:
        paid = min(needed, transaction.balance)
        transaction.balance -= paid
        transaction.deducted += needed - paid
    else:
        offset = min(-needed, transaction.deducted)
        transaction.deducted -= offset
        transaction.balance += -needed - offset


def write(application: Application, change: CappUpdate) -> None:
    memory = application.memory.capp
    if change.index is not None:
        records = memory.records[change.sfi]
        records[change.index] = CappRecord(records[change.index].management_key, change.content)
        return
    file = _cyclic_file(application, change.sfi)
    entries = memory.cycles.setdefault(change.sfi, [])
    entries.insert(0, change.content)
    del entries[file.cyclic_records if file else None :]


def _file(application: Application, sfi: int) -> CappFile:
    """A variable file; 6A82 without one."""
    files = (each for each in application.image.capp_files if each.sfi == sfi and not each.cyclic_records)
    found = next(files, None)
    if found is None:
        raise Refused(FILE_NOT_FOUND)
    return found


def _cyclic_file(application: Application, sfi: int) -> CappFile | None:
    files = (each for each in application.image.capp_files if each.sfi == sfi and each.cyclic_records)
    return next(files, None)


def _extended(application: Application) -> int:
    return application.elements.get(Tag.EXTENDED_APPLICATION, b"\0")[0]


def _feature(application: Application) -> int:
    """DF61 01 segments, 02 pre-authorisations too, 81 and 82 with R-MAC; others answer 6985 (PB-8)."""
    feature = _extended(application) & ~_WITH_MAC
    if feature not in (_SEGMENTS, _SEGMENTS_AND_HOLDS):
        raise Refused(CONDITIONS_NOT_SATISFIED)
    return feature


def _held_at(application: Application) -> tuple[int, bytes]:
    """SFI and ID of the record that was read last: a pre-authorisation belongs to it (PB-2)."""
    sfi, index = application.capp_read[-1]
    return sfi, application.memory.capp.records[sfi][index].content[:_ID_LENGTH]


def _find(application: Application, sfi: int, asked: bytes, *, after_last: bool) -> int:
    """The place of a record by its ID, or of the one behind the last that was read; 6A83 without one."""
    last = application.capp_read[-1] if application.capp_read else None
    start = last[1] + 1 if after_last and last is not None and last[0] == sfi else 0
    records = application.memory.capp.records.get(sfi, [])
    found = (
        index for index, each in enumerate(records) if index >= start and each.content[:_ID_LENGTH] == asked
    )
    index = next(found, None)
    if index is None:
        raise Refused(RECORD_NOT_FOUND)
    return index


def _target(application: Application, sfi: int, content: bytes) -> tuple[CappUpdate, bytes, int]:
    """What an update changes, the key of its MAC, and the length that it has to have."""
    cyclic = _cyclic_file(application, sfi)
    if cyclic is not None:
        return CappUpdate(sfi, None, content), cyclic.open_key, cyclic.record_length
    _file(application, sfi)
    records = application.memory.capp.records.get(sfi, [])
    same = [index for index, each in enumerate(records) if each.content[:_ID_LENGTH] == content[:_ID_LENGTH]]
    if not same:
        raise Refused(RECORD_NOT_FOUND)
    was_read = [index for at, index in application.capp_read if at == sfi and index in same]
    if not was_read:
        raise Refused(NOT_READ)
    record = records[was_read[-1]]
    return CappUpdate(sfi, was_read[-1], content), record.management_key, len(record.content)
