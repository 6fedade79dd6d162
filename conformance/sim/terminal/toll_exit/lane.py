"""The lane: its vehicle, its journal, its barrier, and what every way to pay has in common.

A passage is paid when its sale is stored, and by nothing else. The barrier rises for a paid passage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from conformance.codec.values import yuan
from conformance.model.terminal import TollTerms, TransactionRecord
from conformance.sim.terminal.latency import STORAGE_US
from conformance.sim.terminal.parts.record_store import StoreFull
from conformance.sim.terminal.toll_exit.vehicle import CLOCK, TEXTS, Assessment, Observed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.toll import PassRecord
    from conformance.sim.terminal.chassis import Chassis
    from conformance.sim.terminal.parts.actuator import Actuator
    from conformance.sim.terminal.parts.flash import FlashWindow, TornTap
    from conformance.sim.terminal.toll_exit.rules import TollRules
    from conformance.sim.terminal.toll_exit.vehicle import Place, Vehicle

FREE: Final = "none"  # the tender of a passage that costs nothing
RELEASE: Final = "release"
WRITE_FAILED: Final = "出口写卡失败"
EXEMPT: Final[Mapping[str, str]] = {"green": "绿色通道", "emergency": "应急车"}
_DEFAULTS: Final = TollTerms()


@dataclass(slots=True)
class UnderWay:
    """An electronic cash debit on its way to the journal, kept over a power cut as torn taps are."""

    torn: TornTap | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """What the collector, the cards and the barrier share."""

    rules: TollRules
    chassis: Chassis
    place: Place
    barrier: Actuator
    flash: FlashWindow
    under_way: UnderWay

    @property
    def terms(self) -> TollTerms:
        return self.chassis.parameters.toll or _DEFAULTS

    @property
    def assessment(self) -> Assessment:
        return Assessment(self.rules.assessment, self.terms, self.chassis.clock.local)

    # What is known of the vehicle

    def look_at(self, vehicle: Vehicle, record: PassRecord) -> Vehicle:
        """Judge the pass record that was shown, and journal what is unusual."""
        known = self.assessment.of(vehicle, record)
        return self._observe(known)

    def without_card(self, vehicle: Vehicle, observed: Observed) -> Vehicle:
        """No pass record can be read: the station decides (HW-17)."""
        highest = self.assessment.highest(vehicle.vehicle_class)
        return self._observe(self.rules.without_card.apply(vehicle, observed, highest))

    def _observe(self, vehicle: Vehicle) -> Vehicle:
        self.place.keep(vehicle)
        observed = Observed(vehicle.observed or 0)
        if vehicle.refused == CLOCK:
            self.chassis.event("clock-wrong")
        if vehicle.refused or observed is not Observed.NORMAL:
            self.journal("observation", vehicle, reason=vehicle.refused or TEXTS[observed])
        self.show("entry-read", self.obstacle(vehicle) or f"应缴 {yuan(self.due(vehicle))} 元")
        return vehicle

    # Who may pay

    def paid(self, vehicle: Vehicle) -> bool:
        return any(each.kind == "sale" for each in self.about(vehicle))

    def about(self, vehicle: Vehicle) -> list[TransactionRecord]:
        """Everything that the journal holds of this passage."""
        records = self.chassis.records.all()
        return [each for each in records if each.details.get("passage") == vehicle.passage]

    def obstacle(self, vehicle: Vehicle) -> str | None:
        """Why nothing may be taken for this vehicle now; None when it may pay."""
        if vehicle.observed is None:
            return "请先刷通行卡"
        if vehicle.refused:
            return vehicle.refused
        if not self.rules.may_pay.apply(vehicle):
            return f"{TEXTS.get(Observed(vehicle.observed), '')}，请监控员授权"
        if not self.rules.isolated.apply(vehicle, behind=len(self.place.vehicles) > 1):
            return "请收费员确认车辆"
        return None if self.rules.reader.room.apply(self.chassis.records) else "记录已满"

    # Journal and barrier

    def journal(self, kind: str, vehicle: Vehicle, amount: int = 0, **more: Any) -> TransactionRecord:
        """Store a line about this vehicle; `details` in `more` are added to the vehicle's own. StoreFull."""
        self.chassis.clock.advance(STORAGE_US)
        details: Mapping[str, str] = {**vehicle.details, **more.pop("details", {})}
        clock = self.chassis.clock
        return self.chassis.records.append(
            TransactionRecord(0, kind, clock.now_ms, clock.local.isoformat(), amount, details=details, **more)
        )

    def sell(self, vehicle: Vehicle, tender: str, **more: Any) -> str:
        """Store the sale, then let the vehicle go."""
        try:
            details = {"shift": str(self.terms.shift), **more.pop("details", {}), "tender": tender}
            self.journal("sale", vehicle, self.due(vehicle), details=details, **more)
            self.show("accepted", "缴费成功")
        except StoreFull:
            self.show("declined", "记录已满")
        return self.release(vehicle)

    def take_part(self, vehicle: Vehicle, amount: int) -> None:
        """Cash for a part of the toll, in fen; the rest is due (HW-30). StoreFull."""
        details = {"tender": "cash", "shift": str(self.terms.shift)}
        self.journal("part", vehicle, amount, details=details)

    def taken(self, vehicle: Vehicle) -> int:
        """What the journal holds of this passage's toll, in fen, before its sale."""
        parts = [each.amount for each in self.about(vehicle) if each.kind == "part"]
        return self.rules.part_taken.apply(parts)

    def due(self, vehicle: Vehicle) -> int:
        """What is still to be paid, in fen."""
        return (vehicle.toll or 0) - self.taken(vehicle)

    def exempt(self, vehicle: Vehicle, kind: str, monitor: str) -> Vehicle:
        """The monitor answers for a vehicle that owes nothing (HW-28)."""
        highest = self.assessment.highest(vehicle.vehicle_class)
        toll = self.rules.exempt_toll.apply(highest if vehicle.toll is None else vehicle.toll)
        observed = Observed.NORMAL if vehicle.observed is None else vehicle.observed
        known = replace(vehicle, observed=observed, authorised_by=monitor, exempt=kind, toll=toll)
        self.journal("authorisation", known, reason=EXEMPT[kind])
        self.place.keep(known)
        return known

    def release(self, vehicle: Vehicle) -> str:
        """Raise the barrier for a passage that the journal holds (HW-08)."""
        stored = self.paid(vehicle) and not vehicle.waits_for
        if not self.rules.interlock.apply(stored):
            return "declined"
        self.barrier.open(self.chassis.clock.now_ms)
        return "completed"

    def authorise(self, vehicle: Vehicle, monitor: str, *, vehicle_class: int, station: str) -> Vehicle:
        """The monitor answers for what is unusual; `station` may be "highest" where no entry is known."""
        known = replace(vehicle, authorised_by=monitor, waits_for="")
        if station and station != "highest":
            known = replace(known, station=station)
        known = self.assessment.priced(known, vehicle_class)
        if known.toll is None and station == "highest":
            known = replace(known, toll=self.assessment.highest(known.paid_class))
        self.journal("authorisation", known, reason=TEXTS.get(Observed(known.observed or 0), ""))
        self.place.keep(known)
        return known

    # After a power cut

    def keep_what_was_under_way(self) -> None:
        """A debit whose sale is not stored waits for its card, as a torn tap does."""
        torn, vehicle = self.under_way.torn, self.place.vehicle
        self.under_way.torn = None
        if torn is None:
            return
        self.chassis.event("recovered", torn.sale.details.get("passage", ""))
        if vehicle is None or not self.paid(vehicle):
            self.flash.keep(torn)

    def release_what_is_paid(self) -> None:
        """A vehicle whose sale was stored before the power failed goes."""
        vehicle = self.place.vehicle
        if vehicle is None or not self.paid(vehicle):
            return
        if vehicle.waits_for and all(each.kind != "write-failed" for each in self.about(vehicle)):
            self.journal("write-failed", vehicle, reason=WRITE_FAILED)
        self.release(vehicle)

    # What the driver sees

    def show(self, signal: str, text: str, *, balance: int | None = None) -> None:
        chassis = self.chassis
        chassis.indicator.show(chassis.clock.now_ms, signal, text=text, balance=balance)

    def decline(self, text: str) -> str:
        """Nothing was taken."""
        self.show("declined", text)
        return "declined"

    def ask_again(self) -> str:
        self.show("present-again", "请重新刷卡")
        return "lost"
