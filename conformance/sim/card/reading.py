"""READ RECORD and GET DATA: records, the commit at the last of them, the log (PB-7.5, PB-11.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import CardProcessing
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.sim.card.purse import shown_as
from conformance.sim.card.state import (
    DATA_NOT_FOUND,
    LOG_RECORDS,
    OK,
    RECORD_NOT_FOUND,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Decision,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.image import Record
    from conformance.sim.card.purse import Purse
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, CardState, Transaction

_BY_NUMBER = 0b100


def read_record(card: CardState, command: CommandApdu) -> ResponseApdu:
    """READ RECORD by number in a file; reading the last AFL record of a TC commits it (PB-2, PB-7.5)."""
    rules = card.rules
    application = None if card.in_directory else card.application
    if command.p2 & 0b111 != _BY_NUMBER:
        raise Refused(WRONG_P1_P2)
    if command.data:
        raise Refused(WRONG_LENGTH)
    place = command.p2 >> 3, command.p1
    if application is None:
        content = rules.pse_record.apply(card.applications, *place)
    elif place[0] == application.image.log_sfi:
        content = _log_record(application, command.p1)
    elif place[0] == application.image.load_log_sfi:
        content = _load_log_record(rules, application, command.p1)
    else:
        content = rules.capp.cyclic_record.apply(application, *place)
        content = _record(rules, application, place) if content is None else content
    return rules.record_absent.apply() if content is None else ResponseApdu(content, OK)


def record_absent() -> ResponseApdu:
    """A record or file that is not there answers 6A83 (PB-2)."""
    return ResponseApdu(b"", RECORD_NOT_FOUND)


def commit_at_gpo(application: Application, transaction: Transaction) -> None:
    """A TC waits for its last record; without a TC there is no AFL, and GPO writes what changed (PB-7.5)."""
    if transaction.decision is not Decision.TC:
        write(application, transaction)


def commit(rules: CardRules, application: Application, transaction: Transaction, last: bytes) -> None:
    """At the last AFL record of a TC: balance and counters, log, copy of that record (PB-7.5, PB-11.7)."""
    memory = application.memory
    write(application, transaction)
    memory.saved, memory.saved_at = last, transaction.path.last_record
    rules.capp.commit.apply(rules, application, transaction)
    if CardProcessing.LOG_OFFLINE_APPROVED in application.image.processing:
        memory.log.insert(0, rules.log_record.apply(application, transaction))
        del memory.log[LOG_RECORDS:]


def write(application: Application, transaction: Transaction) -> None:
    """Make the transaction's amounts and counters the card's own."""
    memory = application.memory
    memory.hold(transaction.purse, transaction.balance)
    memory.cumulative = transaction.cumulative
    memory.foreign_count = transaction.foreign_count
    memory.deducted = transaction.deducted


def log_record(application: Application, transaction: Transaction) -> bytes:
    """The values that 9F4F lists, from the terminal, then the card, else zeros; no template (PB-3.1)."""
    image = application.image
    return image.log_format.fill({**image.elements, **transaction.values, Tag.ATC: transaction.atc})


def saved_record(application: Application) -> bytes | None:
    """Without a transaction the last record is the copy that the last commit kept (PB-11.7)."""
    return application.memory.saved


def _record(rules: CardRules, application: Application, place: tuple[int, int]) -> bytes | None:
    """A personalised record; the last one of qPBOC commits, or comes from the copy (PB-7.5, PB-11.7)."""
    record = application.image.records.get(place)
    if record is None:
        return None
    last = _last_record(rules, application, place, record) if application.image.paths.qpboc else None
    if last is not None:
        return last
    return record.answer.data if record.answer else _filled(rules, application, record)


def _last_record(
    rules: CardRules, application: Application, place: tuple[int, int], record: Record
) -> bytes | None:
    """The last record of a TC, which commits it, that of a signed ARQC, or the copy of the last commit."""
    transaction = application.transaction
    if transaction is not None and transaction.awaits_commit and place == transaction.path.last_record:
        rules.capp.record_last_read.apply(application, transaction)
        last = _filled(rules, application, record, transaction.card_authentication)
        rules.commit.apply(rules, application, transaction, last)
        transaction.committed = True
        return last
    if transaction is not None and transaction.proves_online and place == transaction.path.last_record:
        return _filled(rules, application, record, transaction.card_authentication)
    kept = place == application.memory.saved_at and application.contact is None
    return rules.saved_record.apply(application) if kept and not _under_way(transaction) else None


def _under_way(transaction: Transaction | None) -> bool:
    return transaction is not None and not transaction.committed


def _filled(
    rules: CardRules, application: Application, record: Record, card_authentication: bytes = b""
) -> bytes:
    """The record with what is filled in at reading time, and 9F69 behind it for fDDA version 01 (PB-11.7)."""
    objects = [encoded or _dynamic(rules, application, tag) for tag, encoded in record.objects]
    if card_authentication:
        objects.append(tlv.encode(Tag.CARD_AUTHENTICATION_RELATED_DATA, card_authentication))
    return tlv.encode(Tag.READ_RECORD_TEMPLATE, b"".join(objects))


def _dynamic(rules: CardRules, application: Application, tag: int) -> bytes:
    """9F4B belongs to what proves itself and is left out otherwise; 9F5D is computed (PB-11.7)."""
    transaction = application.transaction
    if tag == Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT:
        return tlv.encode(tag, _spending(rules, application))
    if transaction is None or not transaction.proves_itself:
        return b""
    return tlv.encode(tag, rules.fdda_signature.apply(rules, application, transaction))


def _spending(rules: CardRules, application: Application) -> bytes:
    """9F5D: after this debit while a transaction is under way, else what the card holds (PB-7.5)."""
    amounts = application.transaction or application.memory
    return to_bcd(rules.offline_spending.apply(application.image, amounts.balance, amounts.cumulative), 6)


def _log_record(application: Application, number: int) -> bytes | None:
    """The newest entry is record 1 (PB-3.1)."""
    log = application.memory.log
    return log[number - 1] if 1 <= number <= len(log) else None


def _load_log_record(rules: CardRules, application: Application, number: int) -> bytes | None:
    """The newest load is record 1; record 0 stands for all of them under a MAC (PB-3.2)."""
    loads = application.memory.load_log
    if number == 0:
        return rules.load_log_signed.apply(application)
    return loads[number - 1] if number <= len(loads) else None


def get_data(card: CardState, command: CommandApdu) -> ResponseApdu:
    """GET DATA: the objects that PB-2 lists, as far as the card has them; others 6A88."""
    application = card.application
    if command.data:
        raise Refused(WRONG_LENGTH)
    tag = command.p1 << 8 | command.p2
    shown = card.rules.get_data_second_currency.apply(card.purse, tag)
    value = _value(card.rules, application, shown)
    if value is None:
        raise Refused(DATA_NOT_FOUND)
    return ResponseApdu(card.rules.get_data_object.apply(tag, value), OK)


def shown_tag(purse: Purse, tag: int) -> int:
    """In a transaction with the second electronic cash 9F79, 6D, 77, 78, 6B show DF79, 76, 77, 78, 72."""
    return shown_as(purse).get(tag, tag)


def data_object(tag: int, value: bytes) -> bytes:
    """GET DATA answers with tag, length and value (PB-2)."""
    return tlv.encode(tag, value)


def _value(rules: CardRules, application: Application, tag: int) -> bytes | None:
    if tag not in READABLE:
        return None
    if tag == Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT:
        if Tag.CARD_PROCESSING not in application.elements:
            return None
        memory = application.memory
        return to_bcd(rules.offline_spending.apply(application.image, memory.balance, memory.cumulative), 6)
    current, personalised = _CURRENT.get(tag), application.image.elements.get(tag)
    return current(application) if current and personalised is not None else personalised


_CURRENT: Mapping[int, Callable[[Application], bytes]] = {
    Tag.ATC: lambda application: application.memory.atc.to_bytes(2, "big"),
    Tag.LAST_ONLINE_ATC: lambda application: application.memory.last_online_atc.to_bytes(2, "big"),
    Tag.PIN_TRY_COUNTER: lambda application: bytes((application.memory.pin_tries,)),
    Tag.EC_BALANCE: lambda application: to_bcd(application.memory.balance, 6),
    Tag.SECOND_EC_BALANCE: lambda application: to_bcd(application.memory.second_balance, 6),
    Tag.DEDUCTED_AMOUNT: lambda application: to_bcd(application.memory.deducted, 6),
}
# fmt: off
READABLE = frozenset({  # PB-2
    0x9F13, 0x9F17, 0x9F36, 0x9F4F, 0x9F51, 0x9F52, 0x9F53, 0x9F54, 0x9F56, 0x9F57, 0x9F58, 0x9F59,
    0x9F5C, 0x9F5D, 0x9F68, 0x9F6B, 0x9F6D, 0x9F72, 0x9F73, 0x9F75, 0x9F76, 0x9F77, 0x9F78, 0x9F79,
    0x9F7F, 0xDF4F, 0xDF61, 0xDF62, 0xDF63, 0xDF71, 0xDF72, 0xDF76, 0xDF77, 0xDF78, 0xDF79,
})
# fmt: on
