"""Expectations about what a terminal's kernel decided: by its records (O2), and by what it asked (O1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.codec.apdu import CommandApdu
from conformance.codec.bits import Tsi, Tvr
from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.expect.dialogue import Dialogue
    from conformance.model.terminal import TransactionRecord

_KINDS = {0x00: "AAC", 0x40: "TC", 0x80: "ARQC"}
_KIND = 0xC0


class Terminal(Protocol):
    """What an expectation may look at; all of it counts from the preamble on."""

    def records(self, kind: str | None = None) -> Sequence[TransactionRecord]: ...


def tvr(terminal: Terminal, *bits: str, ref: str) -> bool:
    """The newest record's TVR has exactly these bits, named as in `codec.bits.Tvr`, in small letters."""
    expected = Tvr(0)
    for bit in bits:
        expected |= Tvr[bit.upper()]
    record = _newest(terminal)
    observed = record.tvr if record else ""
    return judge(
        "tvr-differs",
        held=observed == expected.to_bytes().hex().upper(),
        ref=ref,
        expected=_shown(expected),
        observed=_read(Tvr, observed),
    )


def tsi(terminal: Terminal, *bits: str, ref: str) -> bool:
    """The newest record's TSI has exactly these bits, named as in `codec.bits.Tsi`, in small letters."""
    expected = Tsi(0)
    for bit in bits:
        expected |= Tsi[bit.upper()]
    observed = _detail(terminal, "tsi")
    return judge(
        "tsi-differs",
        held=observed == expected.to_bytes().hex().upper(),
        ref=ref,
        expected=_shown(expected),
        observed=_read(Tsi, observed),
    )


def requested(dialogue: Dialogue, *kinds: str, ref: str) -> bool:
    """The terminal asked for exactly these cryptograms, in order: "TC", "ARQC", "AAC"."""
    asked = [(each.number, CommandApdu.decode(each.command)) for each in dialogue.exchanges]
    generated = [(number, command) for number, command in asked if command.name == "GENERATE AC"]
    observed = [_KINDS.get(command.p1 & _KIND, "RFU") for _, command in generated]
    return judge(
        "request-differs",
        held=observed == list(kinds),
        ref=ref,
        expected=" ".join(kinds) or "none",
        observed=" ".join(observed) or "none",
        where=Where(exchange=generated[-1][0]) if generated else None,
    )


def outcome(terminal: Terminal, expected: str, *, ref: str) -> bool:
    """The newest record says how the transaction ended, in the words of `kernel.transaction.Outcome`."""
    observed = _detail(terminal, "outcome")
    return judge(
        "outcome-differs",
        held=observed == expected,
        ref=ref,
        expected=expected,
        observed=observed or "no record",
    )


def recorded(terminal: Terminal, name: str, expected: str, *, ref: str) -> bool:
    """The newest record holds this: its "reason", or what the device documents, such as "cvm", "aid"."""
    observed = _detail(terminal, name)
    return judge(
        "value-differs",
        held=observed == expected,
        ref=ref,
        expected=expected,
        observed=observed or "no record",
        arguments={"what": name},
    )


def _newest(terminal: Terminal) -> TransactionRecord | None:
    records = terminal.records()
    return records[-1] if records else None


def _detail(terminal: Terminal, name: str) -> str:
    record = _newest(terminal)
    if record is None:
        return ""
    return record.reason if name == "reason" else record.details.get(name, "")


def _read(kind: type[Tvr | Tsi], text: str) -> str:
    """A field as a record holds it; what is none is shown as it stands there."""
    try:
        return _shown(kind.from_bytes(bytes.fromhex(text)))
    except ValueError:
        return repr(text) if text else "no record"


def _shown(field: Tvr | Tsi) -> str:
    """The bytes, and each bit that is set as the standard counts them: 0000008000 B4b8."""
    value, size = int(field), field.SIZE
    bits = [
        f"B{byte + 1}b{bit}"
        for byte in range(size)
        for bit in range(8, 0, -1)
        if value >> (8 * (size - 1 - byte) + bit - 1) & 1
    ]
    return " ".join((field.to_bytes().hex().upper(), *bits))
