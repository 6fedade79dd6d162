"""Expectations about a toll user or transport card, asked by APDU: its purse and its files (HW-40, TR-40)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.codec import apdu, purse, toll, transport
from conformance.codec.layout import LayoutError
from conformance.codec.toll import PassRecord, PassStatus
from conformance.codec.values import fen, yuan
from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu


class CardDoor(Protocol):
    """A card that an expectation can ask by APDU."""

    @property
    def last_exchange(self) -> int | None: ...

    def reset(self) -> bytes: ...

    def exchange(self, command: CommandApdu) -> ResponseApdu: ...


def purse_balance(card: CardDoor, expected: str, *, ref: str) -> bool:
    """The purse of this toll user card holds this amount in yuan (GET BALANCE)."""
    return _holds(card, _asked(card, purse.get_balance()), expected, ref)


def _holds(card: CardDoor, answer: ResponseApdu, expected: str, ref: str) -> bool:
    held = answer.ok and len(answer.data) == 4
    observed = yuan(int.from_bytes(answer.data, "big")) if held else str(answer.sw)
    return judge(
        "purse-differs",
        held=held and int.from_bytes(answer.data, "big") == fen(expected),
        ref=ref,
        expected=expected,
        observed=observed,
        where=Where(exchange=card.last_exchange),
    )


def transport_balance(card: CardDoor, expected: str, *, ref: str) -> bool:
    """The purse of this transport card holds this amount in yuan (GET BALANCE)."""
    return _holds(card, _asked(card, purse.get_balance(), transport.NAME), expected, ref)


def process_record(card: CardDoor, place: int, expected: str, *, what: str, ref: str) -> bool:
    """The newest record of a transport card's process log has these bytes, in hex, at this place (TR-40)."""
    answer = _asked(card, apdu.read_record(transport.PROCESS_LOG, 1), transport.NAME)
    wanted = bytes.fromhex(expected)
    observed = answer.data[place : place + len(wanted)]
    return judge(
        "value-differs",
        held=answer.ok and observed == wanted,
        ref=ref,
        expected=expected,
        observed=observed.hex().upper() if answer.ok else str(answer.sw),
        where=Where(exchange=card.last_exchange, offset=place),
        arguments={"what": what},
    )


def pass_status(card: CardDoor, expected: PassStatus | int, *, ref: str) -> bool:
    """Record 1 of 0019 says this of the last passage, as the table of HW-41 numbers it."""
    answer = _asked(card, apdu.read_record(toll.COMPOSITE, 1))
    try:
        observed = f"{PassRecord.parse(answer.data).status:02X}"
    except LayoutError as error:
        observed = str(error)
    return judge(
        "value-differs",
        held=observed == f"{expected:02X}",
        ref=ref,
        expected=f"{expected:02X}",
        observed=observed,
        where=Where(exchange=card.last_exchange),
        arguments={"what": "status in record 1 of 0019"},
    )


def _asked(card: CardDoor, command: CommandApdu, name: bytes | None = None) -> ResponseApdu:
    """The answer of the application of this name, without one of the toll directory."""
    card.reset()
    card.exchange(purse.select_file(toll.DIRECTORY) if name is None else apdu.select(name))
    return card.exchange(command)
