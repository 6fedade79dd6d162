"""The vehicle in the lane, kept over a power cut, and what its pass record says of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from conformance.codec.toll import PassRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model.terminal import TollEntry, TollTerms
    from conformance.sim.terminal.parts.storage import Storage
    from conformance.sim.terminal.toll_exit.rules import AssessmentRules

_NAME, _CONVOY, _PRINTED = "vehicles", "convoy", "printed"
_CHINA: Final = timedelta(hours=8)  # the lane's local time is ahead of UNIX time
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  a terminal's local time has no zone


class Observed(IntEnum):
    """Observation codes of shipped lane software (HW-36)."""

    NORMAL = 0
    CARD_STATE = 1
    OVER_TIME = 2
    CLASS_DIFFERS = 3
    PLATE_DIFFERS = 4
    BOTH_DIFFER = 5
    U_TURN = 6
    LATE_U_TURN = 7
    NO_CARD = 8
    UNREADABLE = 9
    CLASS_CHANGED = 10
    KIND_CHANGED = 11
    DAMAGED = 12
    TOO_FAST = 13


TEXTS: Final[Mapping[Observed, str]] = {
    Observed.CARD_STATE: "无入口信息",
    Observed.OVER_TIME: "超时车",
    Observed.CLASS_DIFFERS: "车型不符",
    Observed.PLATE_DIFFERS: "车牌不符",
    Observed.BOTH_DIFFER: "车型车牌不符",
    Observed.U_TURN: "U型车",
    Observed.LATE_U_TURN: "U型车",
    Observed.NO_CARD: "无卡",
    Observed.UNREADABLE: "坏卡",
    Observed.DAMAGED: "坏卡",
    Observed.TOO_FAST: "低于最短行驶时间",
}
CLOCK: Final = "对时有误"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One passage. `plate` and `vehicle_class` are what the lane recognised and measured.

    `passage` tells it from every other passage of this lane. `observed` is None until entry information was
    looked for; `refused` says why nobody may release it here. `authorised_by` is the monitor's number.
    `entered` is record 1 of 0019 in hexadecimal. `exempt` names why nothing is due. `waits_for` is "release"
    when it paid and must not yet pass.
    """

    number: str
    passage: str
    plate: str
    vehicle_class: int
    observed: int | None = None
    refused: str = ""
    authorised_by: str = ""
    entered: str = ""
    station: str = ""
    paid_class: int = 0
    toll: int | None = None
    exempt: str = ""
    waits_for: str = ""
    card_confirmed: bool = False

    @property
    def pass_record(self) -> PassRecord | None:
        return PassRecord.parse(bytes.fromhex(self.entered)) if self.entered else None

    @property
    def details(self) -> Mapping[str, str]:
        """What every line of the journal says of it."""
        record = self.pass_record
        return {
            "vehicle": self.number,
            "passage": self.passage,
            "plate": self.plate,
            "entry_plate": record.plate if record else "",
            "entry_station": self.station,
            "class": str(self.vehicle_class),
            "entry_class": str(record.vehicle_class) if record else "",
            "paid_class": str(self.paid_class or ""),
            "observation": "" if self.observed is None else str(int(self.observed)),
            "toll": "" if self.toll is None else str(self.toll),
            "exempt": self.exempt,
            "refused": self.refused,
            "authorised_by": self.authorised_by,
        }


class Place:
    """The vehicles in the lane, the first at the barrier; kept in storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @property
    def vehicles(self) -> tuple[Vehicle, ...]:
        return tuple(Vehicle(**each) for each in json.loads(self._storage.read(_NAME) or b"[]"))

    @property
    def vehicle(self) -> Vehicle | None:
        return next(iter(self.vehicles), None)

    def arrive(self, vehicle: Vehicle) -> None:
        self._write((*self.vehicles, vehicle))

    def keep(self, vehicle: Vehicle) -> None:
        """What is known now of the vehicle at the barrier."""
        self._write((vehicle, *self.vehicles[1:]))

    @property
    def convoy(self) -> bool:
        """Vehicles are let through one after the other."""
        return bool(json.loads(self._storage.read(_CONVOY) or b"false"))

    @convoy.setter
    def convoy(self, on: bool) -> None:
        if on != self.convoy:
            self._storage.replace(_CONVOY, json.dumps(on).encode("ascii"))

    @property
    def printed(self) -> int:
        """The newest record of which a receipt was printed; 0 for none."""
        return int(json.loads(self._storage.read(_PRINTED) or b"0"))

    @printed.setter
    def printed(self, number: int) -> None:
        if number != self.printed:
            self._storage.replace(_PRINTED, json.dumps(number).encode("ascii"))

    def leave(self) -> None:
        self._write(self.vehicles[1:])

    def clear(self) -> None:
        self._write(())

    def _write(self, vehicles: Sequence[Vehicle]) -> None:
        if vehicles != self.vehicles:
            content = json.dumps([asdict(each) for each in vehicles])
            self._storage.replace(_NAME, content.encode("ascii"))


def local_of(seconds: int) -> datetime:
    """The local time of UNIX seconds."""
    return _EPOCH + timedelta(seconds=seconds) + _CHINA


def seconds_of(local: datetime) -> int:
    """UNIX seconds of a local time."""
    return int((local - _CHINA - _EPOCH).total_seconds())


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a pass record means for the vehicle that shows it, now."""

    rules: AssessmentRules
    terms: TollTerms
    now: datetime

    def of(self, vehicle: Vehicle, record: PassRecord) -> Vehicle:
        """The vehicle with its observation and toll (HW-09 to HW-16)."""
        station = record.station.hex()
        known = replace(vehicle, entered=record.encode().hex(), station=station)
        if not self.rules.entered.apply(record.status):
            return replace(known, observed=Observed.CARD_STATE, station="")
        came = local_of(record.seconds)
        if self.rules.clock_behind.apply(came, self.now):
            return replace(known, observed=Observed.CARD_STATE, refused=CLOCK)
        observed = self._observed(known, record, self.rules.travelled.apply(came, self.now))
        refused = TEXTS[observed] if observed is Observed.TOO_FAST else ""
        return self.priced(replace(known, observed=observed, refused=refused))

    def _observed(self, vehicle: Vehicle, record: PassRecord, seconds: int) -> Observed:
        classes = self.rules.class_matches.apply(vehicle.vehicle_class, record.vehicle_class)
        plates = self.rules.plate_matches.apply(vehicle.plate, record.plate)
        if not classes or not plates:
            return _differing(classes, plates)
        if vehicle.station == self.terms.station:
            return self.rules.u_turn.apply(seconds, self.terms.u_turn_s)
        entry = self._entry(vehicle.station)
        if entry is None:
            return Observed.CARD_STATE
        if self.rules.too_fast.apply(seconds, entry.distance_m, self.terms.fastest_kmh):
            return Observed.TOO_FAST
        if self.rules.over_time.apply(seconds, entry.distance_m, self.terms.slowest_kmh):
            return Observed.OVER_TIME
        return Observed.NORMAL

    def priced(self, vehicle: Vehicle, confirmed: int = 0) -> Vehicle:
        """The vehicle with its toll, by the class that was confirmed, or that everybody agrees on."""
        record = vehicle.pass_record
        written = record.vehicle_class if record else 0
        paid = self.rules.paid_class.apply(confirmed, vehicle.vehicle_class, written)
        return replace(vehicle, paid_class=paid, toll=self._toll(vehicle, paid))

    def _toll(self, vehicle: Vehicle, paid_class: int) -> int | None:
        """None while the entry station is not known."""
        if vehicle.station == self.terms.station:
            within = vehicle.observed == Observed.U_TURN
            return self.terms.u_turn_within if within else self.terms.u_turn_beyond
        entry = self._entry(vehicle.station)
        return None if entry is None else toll_of(entry, paid_class)

    def highest(self, paid_class: int) -> int:
        """The toll of a vehicle that nobody knows the entry of."""
        return max((toll_of(entry, paid_class) for entry in self.terms.entries), default=0)

    def _entry(self, station: str) -> TollEntry | None:
        return next((each for each in self.terms.entries if each.station == station), None)


def toll_of(entry: TollEntry, paid_class: int) -> int:
    return entry.tolls[min(max(paid_class, 1), len(entry.tolls)) - 1]


def _differing(classes: bool, plates: bool) -> Observed:
    if not classes and not plates:
        return Observed.BOTH_DIFFER
    return Observed.PLATE_DIFFERS if classes else Observed.CLASS_DIFFERS
