"""The table of rules that a purse card is built with; a probe replaces exactly one entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.sim.rule import Rule
from conformance.sim.sector_card import access, transactions

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.codec.purse import Debit, Proof
    from conformance.sim.sector_card.state import Pending, PurseCardState, Update

Command = Rule[Callable[["PurseCardState", "CommandApdu"], "ResponseApdu"]]


@dataclass(frozen=True, slots=True)
class PurseCardRules:
    """What a conforming purse card does, rule by rule with its clause (toll and transit facts)."""

    select: Command = Rule("HW-40", access.select)
    read_binary: Command = Rule("HW-40", access.read_binary)
    read_record: Command = Rule("HW-40", access.read_record)
    get_balance: Command = Rule("HW-42", transactions.get_balance)
    initialize: Command = Rule("HW-42", transactions.initialize)
    update_composite: Command = Rule("HW-42", transactions.update_composite)
    debit: Command = Rule("HW-42", transactions.debit)
    prove: Command = Rule("HW-42", transactions.prove)
    covers: Rule[Callable[[int, int, int], bool]] = Rule("HW-42", transactions.covers)
    mac1_accepted: Rule[Callable[[bytes, bytes], bool]] = Rule("HW-43", transactions.same)
    mac2: Rule[Callable[[bytes], bytes]] = Rule("HW-43", transactions.given)
    tac: Rule[Callable[[bytes], bytes]] = Rule("HW-43", transactions.given)
    commit: Rule[Callable[[PurseCardState, Pending, Debit, Proof], None]] = Rule("HW-42", transactions.commit)
    write: Rule[Callable[[PurseCardState, list[Update]], None]] = Rule("HW-18", transactions.write)
