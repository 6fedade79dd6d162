"""What a terminal is told to work with. What belongs to one kind of device stands in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.model.terminal.counter import CounterTerms  # noqa: TC001  the control protocol reads it
from conformance.model.terminal.gate import (  # noqa: TC001  the control protocol reads these types
    Entitlements,
    GateTerms,
)
from conformance.model.terminal.pos import PosTerms  # noqa: TC001  the same
from conformance.model.terminal.toll import TollTerms  # noqa: TC001  the same
from conformance.model.terminal.transit import TransitTerms  # noqa: TC001  the same


@dataclass(frozen=True, slots=True)
class Capk:
    """A certification authority public key as a terminal holds it; modulus and exponent big-endian."""

    rid: bytes
    index: int
    modulus: bytes
    exponent: bytes
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class SmCapk:
    """A certification authority public key of SM2; `point` is X and Y, 64 bytes (PB-6.3)."""

    rid: bytes
    index: int
    point: bytes
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class PanRange:
    """All PANs of one length from the first to the last, both listed."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Blacklist:
    """Whole PANs and ranges of them (黑名单); `version` rises, `day` is when it was made, ISO 8601."""

    version: int
    pans: tuple[str, ...] = ()
    ranges: tuple[PanRange, ...] = ()
    day: str = ""


@dataclass(frozen=True, slots=True)
class AcceptedApplication:
    """An AID that the terminal selects with, and what it decides by. Amounts in fen; None is not checked.

    `partial` lets a longer DF name match. TACs are 5 bytes. Limits: floor, contactless transaction and CVM.
    """

    aid: bytes
    partial: bool = True
    tac_default: bytes = bytes(5)
    tac_denial: bytes = bytes(5)
    tac_online: bytes = bytes(5)
    floor_limit: int | None = None
    transaction_limit: int | None = None
    cvm_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """A download. None leaves what is in force; what belongs to one kind of device means nothing to others.

    `host` is the acquirer's address, "127.0.0.1:5000"; `store_capacity` counts records.
    """

    capks: tuple[Capk, ...] | None = None
    fare: int | None = None
    blacklist: Blacklist | None = None
    date_time: str | None = None
    flash_t1_ms: int | None = None
    flash_t2_ms: int | None = None
    flash_capacity: int | None = None
    anti_passback_ms: int | None = None
    transaction_limit: int | None = None
    applications: tuple[AcceptedApplication, ...] | None = None
    host: str | None = None
    store_capacity: int | None = None
    transit: TransitTerms | None = None
    gate: GateTerms | None = None
    entitlements: Entitlements | None = None
    counter: CounterTerms | None = None
    sm_capks: tuple[SmCapk, ...] | None = None
    pos: PosTerms | None = None
    toll: TollTerms | None = None
