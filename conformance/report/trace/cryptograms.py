"""Recomputes what a card and its issuer proved with symmetric keys, where the issuer's test keys are known.

The application cryptogram (9F26), the MAC of the issuer's discretionary data, the ARPC, the MACs of scripts
(PB-4.3, PB-5). A card's keys come from the issuer's by PAN and sequence number; 9F10 says which cipher.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.values import Track2, pan_from_bytes
from conformance.crypto import cryptogram
from conformance.crypto.issuer_keys import cipher_of
from conformance.crypto.symmetric import SM4
from conformance.report.trace.node import worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.codec.apdu import CommandApdu
    from conformance.crypto.issuer_keys import IssuerKeys
    from conformance.crypto.symmetric import Symmetric
    from conformance.report.trace.node import Words

_CVN_17 = 0x11
# fmt: off
_SCRIPTS = frozenset({
    "APPLICATION BLOCK", "APPLICATION UNBLOCK", "CARD BLOCK", "PIN CHANGE/UNBLOCK",
    "PUT DATA", "UPDATE RECORD",
})
_FROM_TERMINAL = (  # tag and length, in the order of CVN 01 (PB-5)
    (0x9F02, 6), (0x9F03, 6), (0x9F1A, 2), (0x95, 5), (0x5F2A, 2), (0x9A, 3), (0x9C, 1), (0x9F37, 4),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One cryptogram or MAC: its tag, what it should be, what it is, and what it proves."""

    tag: str
    computed: bytes
    observed: bytes
    proves: Words

    @property
    def holds(self) -> bool:
        return self.computed == self.observed


@dataclass(frozen=True, slots=True)
class Shown:
    """What card and terminal have shown of a transaction: values by tag, each the newest."""

    card: Mapping[int, bytes]
    terminal: Mapping[int, bytes]

    def value(self, tag: int) -> bytes:
        return self.card.get(tag, b"")

    @property
    def issuer_data(self) -> bytes:
        """9F10 where it is as PB-4.3 has it, else nothing."""
        data = self.value(0x9F10)
        return data if len(data) >= 8 and data[0] == 7 else b""

    @property
    def card_number(self) -> tuple[str, str] | None:
        """PAN and sequence number, None before the card has shown a PAN."""
        try:
            pan = (
                pan_from_bytes(self.value(0x5A)) if 0x5A in self.card else Track2.parse(self.value(0x57)).pan
            )
        except ValueError:
            return None
        return pan, self.value(0x5F34).hex() or "00"


def answered(shown: Shown, issuer: IssuerKeys) -> Iterator[Recomputed]:
    """The cryptogram of an answer that has just been learnt, and the MAC in its 9F10."""
    keys = _transaction_keys(shown, issuer)
    if keys is None or len(shown.value(0x9F26)) != 8:
        return
    cipher, data, atc = keys.cipher, shown.issuer_data, shown.value(0x9F36)
    proves = worded("check.ac", cvn=f"{data[2]:02X}", cipher=_name(cipher), atc=atc.hex().upper())
    yield Recomputed("9F26", _application_cryptogram(shown, keys), shown.value(0x9F26), proves)
    if len(data) > 14 and len(data) == 9 + data[8]:
        mac = cryptogram.idd_mac(keys.mac, atc, data[10:-4], mac=cipher.mac, block=cipher.block)
        yield Recomputed("9F10", mac, data[-4:], worded("check.idd", id=f"{data[9]:02X}"))


def authenticated(shown: Shown, issuer: IssuerKeys, sent: CommandApdu) -> Iterator[Recomputed]:
    """The ARPC of EXTERNAL AUTHENTICATE."""
    keys = _transaction_keys(shown, issuer)
    if keys is None or len(sent.data) != 10:
        return
    computed = keys.cipher.arpc(keys.ac, shown.value(0x9F26), sent.data[8:])
    yield Recomputed("91", computed, sent.data[:8], worded("check.arpc", arc=_readable(sent.data[8:])))


def scripted(shown: Shown, issuer: IssuerKeys, sent: CommandApdu, first: bytes) -> Iterator[Recomputed]:
    """The MAC of an issuer script; `first` is the cryptogram of the first GENERATE AC."""
    keys = _transaction_keys(shown, issuer) if sent.name in _SCRIPTS and first else None
    if keys is None or len(sent.data) < 4:
        return
    head = bytes((sent.cla, sent.ins, sent.p1, sent.p2, len(sent.data)))
    message = head + shown.value(0x9F36) + first + sent.data[:-4]
    computed = keys.cipher.mac(keys.mac, message)[:4]
    yield Recomputed("MAC", computed, sent.data[-4:], worded("check.script", command=sent.name))


@dataclass(frozen=True, slots=True)
class _TransactionKeys:
    """One transaction's session keys, and the cipher that 9F10 names."""

    cipher: Symmetric
    ac: bytes
    mac: bytes


def _transaction_keys(shown: Shown, issuer: IssuerKeys) -> _TransactionKeys | None:
    """None until the card has shown PAN, ATC and 9F10, or where its issuer's keys are not known."""
    data, number, atc = shown.issuer_data, shown.card_number, shown.value(0x9F36)
    if not data or number is None or len(atc) != 2:
        return None
    cipher = cipher_of(data[7])
    master = issuer.of(cipher)
    if master is None:
        return None
    counter = int.from_bytes(atc)
    ac, mac = (
        cipher.session_key(cipher.derive_udk(key, *number), counter) for key in (master.ac, master.mac)
    )
    return _TransactionKeys(cipher, ac, mac)


def _application_cryptogram(shown: Shown, keys: _TransactionKeys) -> bytes:
    """What the terminal did not tell counts as zeros (PB-5)."""
    data, atc, mac = shown.issuer_data, shown.value(0x9F36), keys.cipher.mac
    amount, other, country, tvr, currency, date, kind, number = (
        shown.terminal.get(tag, bytes(length)) for tag, length in _FROM_TERMINAL
    )
    if data[2] == _CVN_17:
        return cryptogram.application_cryptogram_17(keys.ac, amount, number, atc, data[4:5], mac=mac)
    told = (amount, other, country, tvr, currency, date, kind, number)
    return cryptogram.application_cryptogram_01(keys.ac, *told, shown.value(0x82), atc, data[3:7], mac=mac)


def _name(cipher: Symmetric) -> str:
    return "SM4" if cipher is SM4 else "3DES"


def _readable(code: bytes) -> str:
    return code.decode("ascii", "replace") if code.isalnum() else code.hex().upper()
