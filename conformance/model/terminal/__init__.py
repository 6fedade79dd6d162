"""What passes the terminal's door: who it is, what it is told, what it shows (O2 to O10 of the sector facts).

Amounts are fen. Times are milliseconds on the terminal's own clock since it was started; calendar times are
ISO 8601 without zone, the terminal's local time. A new kind of device adds a file for its parameters, a
member for them to `Parameters`, and where it shows what no terminal showed before, a kind to `OBSERVABLES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model.terminal.counter import CounterTerms
from conformance.model.terminal.gate import (
    Entitlement,
    Entitlements,
    GateTerms,
    GroupShare,
    TicketClass,
)
from conformance.model.terminal.identity import TerminalIdentity
from conformance.model.terminal.messages import HostMessage, QueueEntry
from conformance.model.terminal.operations import (
    FAULTS,
    Disturbance,
    Fault,
    Operation,
    Presentation,
    Stripe,
)
from conformance.model.terminal.parameters import (
    AcceptedApplication,
    Blacklist,
    Capk,
    PanRange,
    Parameters,
    SmCapk,
)
from conformance.model.terminal.pos import PosTerms
from conformance.model.terminal.shown import Indication, Movement, Receipt
from conformance.model.terminal.state import ClockReading, DeviceEvent, ParametersInForce
from conformance.model.terminal.toll import TollEntry, TollTerms
from conformance.model.terminal.transactions import FlashRecord, TransactionRecord
from conformance.model.terminal.transit import StopFare, Transfer, TransitTerms

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FAULTS",
    "OBSERVABLES",
    "AcceptedApplication",
    "Blacklist",
    "Capk",
    "ClockReading",
    "CounterTerms",
    "DeviceEvent",
    "Disturbance",
    "Entitlement",
    "Entitlements",
    "Fault",
    "FlashRecord",
    "GateTerms",
    "GroupShare",
    "HostMessage",
    "Indication",
    "Movement",
    "Observable",
    "Operation",
    "PanRange",
    "Parameters",
    "ParametersInForce",
    "PosTerms",
    "Presentation",
    "QueueEntry",
    "Receipt",
    "SmCapk",
    "StopFare",
    "Stripe",
    "TerminalIdentity",
    "TicketClass",
    "TollEntry",
    "TollTerms",
    "TransactionRecord",
    "Transfer",
    "TransitTerms",
]


@dataclass(frozen=True, slots=True)
class Observable:
    """A kind of value that a terminal shows, under the letter of the sector facts.

    One that is `logged` is shown from the terminal's start on, oldest first; any other as it is now.
    """

    kind: type
    letter: str
    logged: bool


OBSERVABLES: Mapping[str, Observable] = {
    "transaction-record": Observable(TransactionRecord, "O2", logged=True),
    "host-message": Observable(HostMessage, "O3", logged=True),
    "indication": Observable(Indication, "O5", logged=True),
    "movement": Observable(Movement, "O6", logged=True),
    "receipt": Observable(Receipt, "O7", logged=True),
    "device-event": Observable(DeviceEvent, "O10", logged=True),
    "flash-record": Observable(FlashRecord, "O2", logged=False),
    "queue-entry": Observable(QueueEntry, "O4", logged=False),
    "parameters-in-force": Observable(ParametersInForce, "O8", logged=False),
    "clock-reading": Observable(ClockReading, "O10", logged=False),
}
