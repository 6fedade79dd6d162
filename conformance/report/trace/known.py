"""What a session has taught so far, so that the next exchange can be read: the lists that data come in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ApduError, CommandApdu, ResponseApdu
from conformance.codec.tlv import Tlv, TlvError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DEFAULT_DDOL = bytes.fromhex("9F3704")  # EMV Book 3, 6.5.9: what a terminal uses where the card has none


@dataclass(frozen=True, slots=True)
class Known:
    """Data object lists of the selected application; `cryptograms` counts GENERATE AC since its selection."""

    pdol: bytes = b""
    cdol1: bytes = b""
    cdol2: bytes = b""
    ddol: bytes = _DEFAULT_DDOL
    log_format: bytes = b""
    cryptograms: int = 0


_LISTS: Mapping[int, Callable[[Known, bytes], Known]] = {
    0x9F38: lambda known, value: replace(known, pdol=value),
    0x8C: lambda known, value: replace(known, cdol1=value),
    0x8D: lambda known, value: replace(known, cdol2=value),
    0x9F49: lambda known, value: replace(known, ddol=value),
    0x9F4F: lambda known, value: replace(known, log_format=value),
}


@lru_cache(maxsize=4096)
def learn(known: Known, command: bytes, response: bytes | None) -> Known:
    """What is known after this exchange. A SELECT starts over."""
    try:
        sent = CommandApdu.decode(command)
    except ApduError:
        return known
    if sent.name == "SELECT":
        known = Known()
    if sent.name == "GENERATE AC":
        known = replace(known, cryptograms=known.cryptograms + 1)
    if sent.name in ("SELECT", "READ RECORD", "GET DATA"):
        for each in _lists(response):
            known = _LISTS[each.tag](known, each.value)
    return known


def objects(data: bytes) -> tuple[Tlv, ...]:
    """The data objects of an answer; as many as can be read where its coding breaks off."""
    try:
        return _decoded(data)
    except TlvError as error:
        return error.partial


def walk(trees: tuple[Tlv, ...]) -> tuple[Tlv, ...]:
    """Every object of the trees, templates before what is inside."""
    return tuple(found for tree in trees for found in (tree, *walk(tree.children)))


def answer(response: bytes | None) -> ResponseApdu | None:
    """The answer of an exchange, None where there is none or it is shorter than a status word."""
    return None if response is None or len(response) < 2 else ResponseApdu.decode(response)


def _lists(response: bytes | None) -> tuple[Tlv, ...]:
    answered = answer(response)
    return (
        () if answered is None else tuple(each for each in walk(objects(answered.data)) if each.tag in _LISTS)
    )


@lru_cache(maxsize=4096)
def _decoded(data: bytes) -> tuple[Tlv, ...]:
    return tlv.decode(data)
