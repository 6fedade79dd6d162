"""The rules of the extended application, a table within the card's (PB-8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.sim.card import extended
from conformance.sim.card.state import Application, CardState, Decision, Transaction
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from conformance.sim.card.plan import CappFile, CappRecord
    from conformance.sim.card.rules import CardRules

_Command = Rule[Callable[[CardState, CommandApdu], ResponseApdu]]
_Proof = Callable[["CardRules", Application, Transaction], bytes]


@dataclass(frozen=True, slots=True)
class CappRules:
    """What a card with the extended application does, as entries "capp.…" of the card's rules."""

    indicator: Rule[Callable[[Application, dict[int, bytes]], extended.Indicator]] = Rule(
        "PB-8", extended.indicator
    )
    conditions: Rule[Callable[[Application, Transaction], None]] = Rule("PB-2", extended.conditions)
    amounts: Rule[Callable[[Application, Transaction], Decision | None]] = Rule("PB-8", extended.amounts)
    shows_cryptogram: Rule[Callable[[Transaction], bool]] = Rule("PB-7.3", extended.shows_cryptogram)
    read: _Command = Rule("PB-8", extended.read)
    read_mac: Rule[Callable[[CappRecord, bytes], bytes]] = Rule("PB-8", extended.read_mac)
    update: _Command = Rule("PB-8", extended.update)
    update_allowed: Rule[Callable[[int | None, Transaction | None], None]] = Rule(
        "PB-8", extended.update_allowed
    )
    update_length: Rule[Callable[[int, int], None]] = Rule("PB-8", extended.update_length)
    update_mac: Rule[Callable[[bytes, bytes], bytes]] = Rule("PB-8", extended.update_mac)
    mac_holds: Rule[Callable[[bytes, bytes, CommandApdu], bool]] = Rule("PB-8", extended.mac_holds)
    append: _Command = Rule("PB-8", extended.append)
    room: Rule[Callable[[CappFile, int, int], None]] = Rule("PB-8", extended.room)
    get_trans_prove: _Command = Rule("PB-8", extended.get_trans_prove)
    record_last_read: Rule[Callable[[Application, Transaction], None]] = Rule(
        "PB-2", extended.record_last_read
    )
    commit: Rule[Callable[[CardRules, Application, Transaction], None]] = Rule("PB-7.5", extended.commit)
    proof: Rule[_Proof] = Rule("PB-11.7", extended.proof)
    cyclic_record: Rule[Callable[[Application, int, int], bytes | None]] = Rule(
        "PB-8", extended.cyclic_record
    )
