"""What passes the terminal's door: who it is, what it is told, what it shows (O2 to O10 of the sector facts).

Amounts are fen. Times are milliseconds on the terminal's own clock since it was started; calendar times are
ISO 8601 without zone, the terminal's local time.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  the control protocol reads these types when it runs
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TerminalIdentity:
    """Answer to identify. `offers` names observables and faults: "O1", "O2", "tear", "power" and so on."""

    vendor: str
    model: str
    firmware: str
    device: str
    simulated: bool
    time_base: str
    offers: tuple[str, ...]
    protocol: int = 1
    firmware_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Capk:
    """A certification authority public key as a terminal holds it; modulus and exponent big-endian."""

    rid: bytes
    index: int
    modulus: bytes
    exponent: bytes
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Blacklist:
    """Whole PANs, no ranges yet; `version` rises."""

    version: int
    pans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a terminal is told to work with. None leaves what is in force."""

    capks: tuple[Capk, ...] | None = None
    fare: int | None = None
    blacklist: Blacklist | None = None
    date_time: str | None = None
    flash_t1_ms: int | None = None
    flash_t2_ms: int | None = None
    flash_capacity: int | None = None
    anti_passback_ms: int | None = None
    transaction_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """An act at the terminal: "idle" (abandon what is pending, keep the records), "sign-on" and so on."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """A disturbance: "power-cycle", "clock-step" and so on."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Presentation:
    """One card in the field, from field on until the terminal was done or the card gone.

    `outcome` is "completed", "declined", "lost" (card withdrawn or mute) or "ignored".
    """

    field_on_ms: int
    ended_ms: int
    outcome: str


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """O2: one numbered, immutable line of the record store.

    `kind` is "sale", "exception" (an unresolved flash record), "blacklist-hit" or "declined".
    """

    number: int
    kind: str
    at_ms: int
    date_time: str
    amount: int
    pan: str = ""
    psn: str = ""
    atc: int = 0
    cryptogram: str = ""
    unpredictable_number: str = ""
    iad: str = ""
    tvr: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Indication:
    """O5: what the cardholder saw or heard.

    `signal` is "accepted", "declined", "present-again", "do-not-repeat", "one-card" or "idle".
    """

    at_ms: int
    signal: str
    text: str
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class FlashRecord:
    """A torn tap that waits for its card (闪卡), with when it was torn."""

    pan: str
    atc: int
    amount: int
    torn_at_ms: int


@dataclass(frozen=True, slots=True)
class ParametersInForce:
    """O8: versions and values that the terminal works with now."""

    blacklist_version: int
    blacklist_entries: int
    fare: int
    capk_indices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockReading:
    """O10: the terminal's clock."""

    at_ms: int
    date_time: str


OBSERVABLES: Mapping[str, type] = {
    "transaction-record": TransactionRecord,
    "indication": Indication,
    "flash-record": FlashRecord,
    "parameters-in-force": ParametersInForce,
    "clock-reading": ClockReading,
}
