"""What was keyed in at a point-of-sale terminal before the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.kernel.capp import Extension, Indicator, Plan, with_key
from conformance.link.outcomes import TerminalRefused
from conformance.sim.terminal.chassis import argument, known, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.kernel.capp import CappKeys

PINS: Final = {"right": "1234", "wrong": "9999"}  # by their references
_YES: Final = "yes"
_PSAM: Final = bytes.fromhex("D5F1FE4A7F8C20FDEC49150BA2E00EDF")  # a published test key (PB-8)
_OPENING: Final = {
    21: bytes.fromhex("11111111111111112222222222222222"),
    22: bytes.fromhex("33333333333333334444444444444444"),
}  # the keys that open the files of our own profiles; they open nothing else
_CHALLENGE: Final = bytes.fromhex("1234567812345678")


@dataclass(frozen=True, slots=True)
class Order:
    """What was keyed in before the card: amounts in fen, PINs by reference in order, the attendant's part.

    `aid` is the application that the cardholder picks, in hexadecimal; `document` whether the ID document is
    the cardholder's own; `referral` whether the issuer approved on the telephone. `indicator` is DF60,
    `place` and `identifier` say which record of the extended application is read, `record` what it becomes.
    """

    amount: int
    other: int = 0
    type: int = 0
    forced_online: bool = False
    online_only: bool = False
    pins: tuple[str, ...] = ()
    aid: str = ""
    document: bool = False
    referral: bool = False
    indicator: Indicator = Indicator.NONE
    place: int = 0
    identifier: bytes = b""
    record: bytes = b""

    @classmethod
    def keyed(cls, arguments: Mapping[str, str]) -> Order:
        """Read an operation's arguments; TerminalRefused for one that is not what it should be."""
        return cls(
            amount=whole("amount", argument(arguments, "amount", "sale")),
            other=whole("other", arguments.get("other", "0")),
            type=int.from_bytes(_keyed_bytes("type", arguments.get("type", "00"), 1)),
            forced_online=arguments.get("forced_online") == _YES,
            online_only=arguments.get("online_only") == _YES,
            pins=_keyed_pins(arguments.get("pins", "")),
            aid=arguments.get("aid", ""),
            document=arguments.get("document") == _YES,
            referral=arguments.get("referral") == _YES,
            indicator=_keyed_indicator(arguments.get("indicator", "0")),
            place=whole("sfi", arguments.get("sfi", "0")),
            identifier=_keyed_bytes("identifier", arguments.get("identifier", "")),
            record=_keyed_bytes("record", arguments.get("record", "")),
        )

    @property
    def extension(self) -> Extension | None:
        """The part of the extended application; None where the sale has none (PB-8)."""
        if not self.indicator:
            return None
        plan = Plan(self.amount, self.indicator, ((self.place, self.record),) if self.record else ())
        return Extension(
            self.place, self.identifier, lambda _read: plan, lambda _sfi: with_key(_PSAM), lambda: _CHALLENGE
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """A record that the next card shall get in one of its files of the extended application (PB-8)."""

    place: int
    record: bytes
    management_key: bytes = _PSAM

    @classmethod
    def keyed(cls, arguments: Mapping[str, str]) -> Opening:
        """Read an operation's arguments; TerminalRefused for a file that the terminal's PSAM cannot open."""
        place = whole("sfi", argument(arguments, "sfi", "open"))
        if place not in _OPENING:
            raise TerminalRefused(f"sfi: no key opens file {place}")
        return cls(place, _keyed_bytes("record", argument(arguments, "record", "open")))

    @property
    def opening(self) -> CappKeys:
        """What the PSAM computes with the key that opens the file."""
        return with_key(_OPENING[self.place])


def _keyed_indicator(text: str) -> Indicator:
    known(text, [str(int(each)) for each in Indicator], "indicator")
    return Indicator(int(text))


def _keyed_pins(text: str) -> tuple[str, ...]:
    """References of PINs, in the order of entry."""
    pins = tuple(text.split())
    for pin in pins:
        known(pin, tuple(PINS), "PIN")
    return pins


def _keyed_bytes(what: str, text: str, most: int = 255) -> bytes:
    """Bytes that were keyed in as hexadecimal digits."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        raise TerminalRefused(f"{what}: {text!r:.40} is not hexadecimal") from None
    if len(found) > most:
        raise TerminalRefused(f"{what}: more than {most} bytes")
    return found
