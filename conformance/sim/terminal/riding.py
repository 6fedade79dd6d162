"""What a ride costs where the card carries a record of its journey: transfers, segments (TR-22 to TR-28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from conformance.codec.tags import Tag
from conformance.codec.transit import IDENTIFIER, SFI, Journey, JourneyError
from conformance.kernel import capp
from conformance.kernel.capp import CappKeys, Extension, Indicator, Plan, with_key
from conformance.kernel.termination import TerminatedError
from conformance.sim.terminal.parts.tariff import Boarding, SegmentedFare, TransferTerms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from conformance.kernel.select import Application
    from conformance.link.card import CardLink
    from conformance.model.terminal import TransitTerms
    from conformance.sim.terminal.validator_rules import ValidatorRules

_PSAM_KEY: Final = bytes.fromhex("D5F1FE4A7F8C20FDEC49150BA2E00EDF")  # a published test key
SEGMENT: Final[Mapping[int, bytes]] = {Tag.CAPP_TRANSACTION_INDICATOR: bytes((Indicator.SEGMENT,))}


@dataclass(frozen=True, slots=True)
class Fare:
    """What a card pays now, in fen, the journey that it then carries, and what its record says about it.

    `event` is told of the terminal itself. An entry to a segmented line is of the kind "entry" and free.
    """

    amount: int
    journey: Journey
    details: Mapping[str, str]
    kind: str = "sale"
    event: str = ""


@dataclass(frozen=True, slots=True)
class Riding:
    """A vehicle at a stop. `at` is the calendar, None where it was lost."""

    rules: ValidatorRules
    terms: TransitTerms
    flat: int
    at: datetime | None
    now: datetime
    challenge: Callable[[], bytes]

    @property
    def carries_journeys(self) -> bool:
        """Only then is a card asked for its record."""
        return bool(self.terms.stops) or self.terms.transfer is not None

    def read(self, card: CardLink, application: Application) -> Journey | None:
        """The card's record; None where it has none. Terminates on a MAC or a record that does not hold."""
        if not capp.supported(application):
            return None
        extension = Extension(SFI, IDENTIFIER, lambda _: Plan(0, Indicator.SEGMENT), keys, self.challenge)
        record = self.rules.read_journey.apply(card, application, extension)
        if record is None:
            return None
        try:
            return Journey.parse(record)
        except JourneyError as error:
            raise TerminatedError("capp-record", str(error)) from None

    def fare(self, journey: Journey) -> Fare:
        """A segment where the line has stops, else the flat fare with what a transfer takes off."""
        if journey.at is not None and self.rules.clock_behind.apply(journey.at, self.now):
            plain = self._boarded("alighted")
            return Fare(self.flat, plain, {"transfer": "00"}, event="clock-behind-card")
        return self._segment(journey) if self.terms.stops else self._transfer(journey)

    def _transfer(self, journey: Journey) -> Fare:
        terms = self.terms.transfer
        if terms is None:
            return Fare(self.flat, self._boarded("alighted"), {})
        last = Boarding(journey.vehicle, journey.at) if journey.at else None
        conditions = TransferTerms(
            terms.percent, timedelta(seconds=terms.window_s), timedelta(seconds=terms.least_s)
        )
        price = self.rules.transfer.apply(self.flat, last, Boarding(self.terms.vehicle, self.at), conditions)
        return Fare(price.amount, self._boarded("alighted"), {"transfer": "01" if price.transfer else "00"})

    def _segment(self, journey: Journey) -> Fare:
        tariff = SegmentedFare({(each.first, each.last): each.fare for each in self.terms.stops})
        if journey.state == "boarded" and self._same_ride(journey):
            amount = self.rules.segment.apply(tariff, journey.stop, self.terms.stop)
            details = {"from": str(journey.stop), "to": str(self.terms.stop)}
            return Fare(amount, self._boarded("alighted"), details)
        entry = {"from": str(self.terms.stop)}
        if journey.state == "boarded":
            missing = {**entry, "missing_exit": f"{journey.at:%Y-%m-%d} {journey.stop}"}
            return Fare(self.rules.missing_exit.apply(tariff), self._boarded("boarded"), missing)
        return Fare(0, self._boarded("boarded"), entry, kind="entry")

    def _same_ride(self, journey: Journey) -> bool:
        most = timedelta(seconds=self.terms.ride_most_s)
        return (
            journey.vehicle == self.terms.vehicle and journey.at is not None and self.now - journey.at < most
        )

    def _boarded(self, state: str) -> Journey:
        terms = self.terms
        return Journey(state, terms.stop, terms.line, terms.vehicle, self.now)


def keys(_sfi: int) -> CappKeys:
    """The PSAM's key for the records of an SFI."""
    return with_key(_PSAM_KEY)
