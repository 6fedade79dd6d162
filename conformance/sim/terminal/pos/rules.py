"""The table of rules of a point-of-sale terminal: the kernel's, and what it does with a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.kernel import capp
from conformance.kernel.contact import ContactRules
from conformance.kernel.qpboc import ContactlessRules
from conformance.kernel.transaction import Outcome
from conformance.sim.rule import Rule
from conformance.sim.terminal.latency import exchange_latency
from conformance.sim.terminal.rules import flash_expired

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.kernel.capp import CappKeys
    from conformance.kernel.result import Result
    from conformance.link.card import CardLink

RANDOM_SIZE = 4  # bytes of an unpredictable number, 9F37


def as_sent(card: CardLink) -> CardLink:
    """The card gets the kernel's commands as they are, and nothing else (EMV Book 3 6)."""
    return card


def unpredictable(random: Random) -> bytes:
    """A new number for every transaction that asks for one (EMV Book 4 6.5.6)."""
    return random.randbytes(RANDOM_SIZE)


SIGNALS: Mapping[Outcome, tuple[str, str | None]] = {
    Outcome.OTHER_INTERFACE: ("declined", "请插卡"),
    Outcome.LOST: ("present-again", None),
}


def stored_kind(result: Result) -> str | None:
    """A sale when it was approved, else a declined one; nothing of a card that left before a decision."""
    if result.approved:
        return "sale"
    return None if result.outcome is Outcome.LOST and not result.online else "declined"


def keeps_order(result: Result) -> bool:
    """A card that left the field before anything was decided is asked to come back for the same sale."""
    return result.contactless and result.outcome is Outcome.LOST and not result.online


def signal(result: Result) -> tuple[str, str | None]:
    """What the cardholder is shown, with a text where the usual one will not do."""
    return ("accepted", None) if result.approved else SIGNALS.get(result.outcome, ("declined", None))


def receipt(result: Result) -> tuple[str, ...]:
    """What is printed of an approved sale: the cryptogram, and a line to sign on where it is asked for."""
    if not result.approved:
        return ()
    lines = (f"AID: {result.values.get(0x84, b'').hex().upper()}", f"TC: {result.cryptogram.hex().upper()}")
    return (*lines, "持卡人签名:") if result.signature else lines


@dataclass(frozen=True, slots=True)
class PosRules:
    """What a conforming point-of-sale terminal does, rule by rule with its clause."""

    latency: Rule[Callable[[CommandApdu, ResponseApdu], int]] = Rule("TR-02", exchange_latency)
    sends: Rule[Callable[[CardLink], CardLink]] = Rule("EMV Book 3 6", as_sent)
    unpredictable: Rule[Callable[[Random], bytes]] = Rule("EMV Book 4 6.5.6", unpredictable)
    contact: ContactRules = ContactRules()
    contactless: ContactlessRules = ContactlessRules()
    keeps_order: Rule[Callable[[Result], bool]] = Rule("TR-05a", keeps_order)
    torn_expired: Rule[Callable[[int, int], bool]] = Rule("TR-06", flash_expired)
    append: Rule[Callable[[CardLink, int, bytes, bytes, bytes, CappKeys], None]] = Rule("PB-8", capp.append)
    stored_kind: Rule[Callable[[Result], str | None]] = Rule("PB-7.7", stored_kind)
    signal: Rule[Callable[[Result], tuple[str, str | None]]] = Rule("PB-7.7", signal)
    receipt: Rule[Callable[[Result], tuple[str, ...]]] = Rule("EMV Book 4 11.4", receipt)
