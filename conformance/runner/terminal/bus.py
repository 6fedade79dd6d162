"""What a case does at a bus validator besides what every terminal does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codec.values import fen
from conformance.model.terminal import Operation, Parameters, StopFare, Transfer, TransitTerms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.runner.terminal.door import Door


class Bus:
    """A vehicle, its line and its stops."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def drive(
        self,
        *,
        stops: Mapping[tuple[int, int], str] | None = None,
        transfer: Mapping[str, int] | None = None,
        **place: Any,
    ) -> None:
        """Say where the vehicle is and what a ride costs.

        `stops` are fares in yuan between two stops; `transfer` holds percent, window_s and least_s; `place`
        the other members of `TransitTerms`: line, vehicle, stop, continue_plain, driver_needed and so on.
        """
        fares = tuple(StopFare(*pair, fare=fen(fare)) for pair, fare in (stops or {}).items())
        terms = TransitTerms(stops=fares, transfer=Transfer(**transfer) if transfer else None, **place)
        self._door.load(Parameters(transit=terms))

    def sign_on(self, driver: str) -> None:
        """The driver takes the vehicle over."""
        self._door.operate(Operation("sign-on", {"driver": driver}))

    def sign_off(self) -> None:
        """The driver leaves the vehicle."""
        self._door.operate(Operation("sign-off"))
