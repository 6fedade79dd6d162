"""The purse's commands: initialise, write with the debit, debit, prove (HW-42). Nothing else moves money."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from conformance.codec.purse import (
    Debit,
    Initiated,
    LogRecord,
    Proof,
    Purchase,
    PurseBusiness,
)
from conformance.sim.sector_card.answers import (
    BALANCE_TOO_LOW,
    CONDITIONS_NOT_SATISFIED,
    KEY_NOT_SUPPORTED,
    MAC_INCORRECT,
    PROOF_NOT_AVAILABLE,
    WRONG_DATA,
    WRONG_LENGTH,
    WRONG_P1_P2,
    Refused,
    answer,
)
from conformance.sim.sector_card.state import Pending, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.sim.sector_card.files import Records
    from conformance.sim.sector_card.state import PurseCardState

T = TypeVar("T")

_BUSINESS = {each.p1: each for each in PurseBusiness}


def get_balance(card: PurseCardState, command: CommandApdu) -> ResponseApdu:
    """Four bytes of fen."""
    _in_application(card)
    if (command.p1, command.p2) != (0x00, 0x02):
        raise Refused(WRONG_P1_P2)
    return answer(card.purse.balance.to_bytes(4, "big"))


def initialize(card: PurseCardState, command: CommandApdu) -> ResponseApdu:
    """State what would be paid; nothing is paid yet."""
    _in_application(card)
    if command.p1 not in _BUSINESS or command.p2 != 0x02:
        raise Refused(WRONG_P1_P2)
    purchase = _parsed(Purchase.parse, command.data)
    if purchase.key not in card.keys.purchase:
        raise Refused(KEY_NOT_SUPPORTED)
    if not card.rules.covers.apply(card.purse.balance, card.purse.overdraft, purchase.amount):
        raise Refused(BALANCE_TOO_LOW)
    initiated = Initiated(
        card.purse.balance,
        card.purse.sequence,
        card.purse.overdraft,
        card.keys.version,
        card.keys.algorithm,
        card.random.randbytes(4),
    )
    card.pending = Pending(_BUSINESS[command.p1], purchase, initiated)
    return answer(initiated.encode())


def update_composite(card: PurseCardState, command: CommandApdu) -> ResponseApdu:
    """Take a composite record that is to be written together with the debit.

    P1 is the record's first byte, as in the toll file, or its number; a cyclic file takes any.
    """
    _in_application(card)
    if card.pending is None or card.pending.business is not PurseBusiness.COMPOSITE:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    sfi = command.p2 >> 3
    file = card.application.records(sfi)
    number = _place(file, command.p1)
    length = len(file.records[number - 1]) if number else file.length
    if len(command.data) != length:
        raise Refused(WRONG_LENGTH)
    if number not in {0, command.p1} and command.data[0] != command.p1:
        raise Refused(WRONG_DATA)
    card.pending.updates.append(Update(sfi, number, command.data))
    return answer()


def _place(file: Records, p1: int) -> int:
    """The number of the record that P1 means; 0 in a cyclic file, which is written in front."""
    if file.cyclic is not None:
        return 0
    return p1 if 1 <= p1 <= len(file.records) else file.place_of(p1)


def debit(card: PurseCardState, command: CommandApdu) -> ResponseApdu:
    """Pay, write what is to be written, log it, and give the proof: all of it or none."""
    _in_application(card)
    if (command.p1, command.p2) != (0x01, 0x00):
        raise Refused(WRONG_P1_P2)
    pending, card.pending = card.pending, None
    if pending is None:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    order = _parsed(Debit.parse, command.data)
    values = values_of(pending, order)
    key = card.scheme.session_key(
        card.keys.purchase[pending.purchase.key],
        pending.initiated.random,
        values["sequence"],
        values["terminal_sequence"],
    )
    if not card.rules.mac1_accepted.apply(card.scheme.over(key, card.scheme.mac1, values), order.mac1):
        raise Refused(MAC_INCORRECT)
    proof = Proof(
        card.rules.tac.apply(card.scheme.tac_of(card.keys.tac, values)),
        card.rules.mac2.apply(card.scheme.over(key, card.scheme.mac2, values)),
    )
    card.rules.commit.apply(card, pending, order, proof)
    return answer(proof.encode())


def values_of(pending: Pending, order: Debit) -> Mapping[str, bytes]:
    """What MACs may cover, by the names of the scheme."""
    return {
        "amount": pending.purchase.amount.to_bytes(4, "big"),
        "type": bytes((pending.business,)),
        "terminal": pending.purchase.terminal,
        "sequence": pending.initiated.sequence.to_bytes(2, "big"),
        "terminal_sequence": order.terminal_sequence.to_bytes(4, "big"),
        "date": bytes.fromhex(order.date),
        "time": bytes.fromhex(order.time),
    }


def commit(card: PurseCardState, pending: Pending, order: Debit, proof: Proof) -> None:
    """The moment at which everything takes effect."""
    purse = card.purse
    card.rules.write.apply(card, pending.updates)
    purse.last = LogRecord(
        pending.initiated.sequence,
        purse.overdraft,
        pending.purchase.amount,
        pending.business,
        pending.purchase.terminal,
        order.date,
        order.time,
    )
    card.application.records(card.log).add(purse.last.encode())
    purse.balance -= pending.purchase.amount
    purse.sequence = (purse.sequence + 1) & 0xFFFF
    purse.proof = proof


def write(card: PurseCardState, updates: list[Update]) -> None:
    """Write the composite records of this transaction."""
    for each in updates:
        file = card.application.records(each.sfi)
        if each.number:
            file.records[each.number - 1] = each.content
        else:
            file.add(each.content)


def prove(card: PurseCardState, command: CommandApdu) -> ResponseApdu:
    """The proof of the last transaction, when it is the one that is asked for."""
    _in_application(card)
    last, proof = card.purse.last, card.purse.proof
    if command.p1 or len(command.data) != 2:
        raise Refused(WRONG_P1_P2 if command.p1 else WRONG_LENGTH)
    if last is None or proof is None:
        raise Refused(PROOF_NOT_AVAILABLE)
    if (last.type, last.sequence) != (command.p2, int.from_bytes(command.data, "big")):
        raise Refused(PROOF_NOT_AVAILABLE)
    return answer(proof.encode())


def covers(balance: int, overdraft: int, amount: int) -> bool:
    """What the card holds, with its overdraft, covers the amount."""
    return amount <= balance + overdraft


def same(own: bytes, given: bytes) -> bool:
    """A MAC is the one that the card makes itself."""
    return own == given


def given(mac: bytes) -> bytes:
    """What the card computed is what it gives."""
    return mac


def _in_application(card: PurseCardState) -> None:
    if card.selected is not card.application:
        raise Refused(CONDITIONS_NOT_SATISFIED)


def _parsed(parse: Callable[[bytes], T], raw: bytes) -> T:
    try:
        return parse(raw)
    except ValueError:
        raise Refused(WRONG_LENGTH) from None
