"""The extended application: records for metro, parking, hotel beside the purse, and what they cost (PB-8).

Read a record, decide what it costs, pay with DF60 in GPO, write the record before the last one is read. The
keys stay in a PSAM, which computes MACs. All of it is 3DES: no source shows these MACs with SM4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu
from conformance.crypto.des import retail_mac, tdes_encrypt
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import ResponseApdu
    from conformance.kernel.select import Application
    from conformance.link.card import CardLink

_MAC_SIZE = 4
_FOLLOWING = 1
_ABSENT = (0x6A82, 0x6A83)
_NO_PROOF = 0x9406
_WITH_MAC = 0x80
_FEATURES = (0x01, 0x02)  # DF61: segments; segments and pre-authorisations
_MAC_ANSWER_HEAD = bytes.fromhex("90008000")


class Indicator(IntEnum):
    """DF60: what the terminal wants of the extended application (PB-8)."""

    NONE = 0
    SEGMENT = 1
    PREAUTHORISATION = 2
    COMPLETION = 3


@dataclass(frozen=True, slots=True)
class CappKeys:
    """What a PSAM computes with one key: `mac` of initial value and message, `encipher` of whole blocks."""

    mac: Callable[[bytes, bytes], bytes]
    encipher: Callable[[bytes], bytes]


def with_key(key: bytes) -> CappKeys:
    """A PSAM's part played in software, for simulations with test keys."""
    return CappKeys(lambda initial, message: retail_mac(key, message, initial), partial(tdes_encrypt, key))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a record comes to: the amount in fen, DF60, and the records to write by SFI, the one read last."""

    amount: int
    indicator: Indicator
    updates: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """The extended application of a terminal. `plan` gets the record of this ID, None if the card has none.

    `keys` gives the PSAM's key for the records of an SFI, `challenge` 8 fresh bytes for the MAC of a reading.
    """

    sfi: int
    identifier: bytes
    plan: Callable[[bytes | None], Plan]
    keys: Callable[[int], CappKeys]
    challenge: Callable[[], bytes]


def supported(application: Application) -> bool:
    """DF61 says segments, or pre-authorisations too; with or without a MAC (PB-8)."""
    return application.extended & ~_WITH_MAC in _FEATURES


def read(
    card: CardLink, application: Application, extension: Extension, *, following: bool = False
) -> bytes | None:
    """READ CAPP DATA: the first or the next record of the ID, its MAC verified where DF61 has it give one.

    None where the card has no such file or record. Terminates on a refusal, and on a MAC that does not hold.
    """
    with_mac = bool(application.extended & _WITH_MAC)
    challenge = extension.challenge() if with_mac else b""
    place = extension.sfi << 3 | following * _FOLLOWING
    response = card.exchange(CommandApdu(0x80, 0xB4, 0, place, extension.identifier + challenge, 256))
    if response.sw in _ABSENT:
        return None
    content = _accepted(response, "capp-read")
    if not with_mac:
        return content
    record, mac = content[:-_MAC_SIZE], content[-_MAC_SIZE:]
    if extension.keys(extension.sfi).mac(challenge, record)[:_MAC_SIZE] != mac:
        raise TerminatedError("capp-mac", "READ CAPP DATA")
    return record


def update(card: CardLink, sfi: int, record: bytes, atc: bytes, keys: CappKeys) -> None:
    """UPDATE CAPP DATA CACHE: written with the last AFL record. Terminates unless the card proves it."""
    command = _secured(CommandApdu(0x84, 0xDE, 0, sfi << 3, record, 256), atc, keys)
    answer = _accepted(card.exchange(command), "capp-update")
    expected = keys.encipher(_MAC_ANSWER_HEAD + command.data[-_MAC_SIZE:])[:_MAC_SIZE]
    if answer != expected:
        raise TerminatedError("capp-mac", "UPDATE CAPP DATA CACHE")


def append(  # noqa: PLR0913, PLR0917  a record, and the two keys that it takes
    card: CardLink, sfi: int, record: bytes, management_key: bytes, atc: bytes, opening: CappKeys
) -> None:
    """APPEND RECORD: a new record with the key that manages it, under the key that opens the file."""
    content = opening.encipher(management_key) + record
    command = _secured(CommandApdu(0x04, 0xE2, 0, sfi << 3, content), atc, opening)
    _accepted(card.exchange(command), "capp-append")


def prove(card: CardLink, atc: bytes) -> bytes | None:
    """GET TRANS PROVE: the cryptogram of the committed transaction with this ATC; None without one."""
    response = card.exchange(CommandApdu(0x80, 0x5A, 0, 0, atc, 256))
    return None if response.sw == _NO_PROOF else _accepted(response, "capp-prove")


def _secured(command: CommandApdu, atc: bytes, keys: CappKeys) -> CommandApdu:
    """With 4 bytes of MAC over header and data; the ATC ends the initial value, Lc counts the MAC (PB-8)."""
    head = bytes((command.cla, command.ins, command.p1, command.p2, len(command.data) + _MAC_SIZE))
    mac = keys.mac(atc.rjust(8, b"\0"), head + command.data)[:_MAC_SIZE]
    return CommandApdu(command.cla, command.ins, command.p1, command.p2, command.data + mac, command.le)


def _accepted(response: ResponseApdu, reason: str) -> bytes:
    if not response.ok:
        raise TerminatedError(f"{reason}-refused", str(response.sw))
    return response.data
