"""What a case does at a toll lane besides what every terminal does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codec.values import fen
from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import Operation, Parameters, TollEntry, TollTerms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.runner.terminal.door import Door


class Lane:
    """The exit of an expressway: loops and cameras, collector and monitor."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def open(  # noqa: PLR0913  one keyword for each thing that a tariff says
        self,
        *,
        tolls: Mapping[int, str],
        station: str = "0101",
        km: float = 60,
        ec_limit: str = "200.00",
        u_turn: tuple[str, str] = ("0.00", "0.00"),
        open_fee: str | None = None,
        **terms: Any,
    ) -> None:
        """Say what the journey from one station costs: `tolls` in yuan by class, from 1 without gap.

        `u_turn` are the tolls within and beyond the time for a turn, `open_fee` what an open station takes of
        everybody; `terms` the other members of `TollTerms`: slowest_kmh, fastest_kmh, shift and so on.
        """
        prices = tuple(fen(tolls[number]) for number in range(1, len(tolls) + 1))
        entry = TollEntry(station, round(km * 1000), prices)
        within, beyond = map(fen, u_turn)
        self._door.load(
            Parameters(
                toll=TollTerms(
                    (entry,),
                    ec_limit=fen(ec_limit),
                    u_turn_within=within,
                    u_turn_beyond=beyond,
                    open_fee=None if open_fee is None else fen(open_fee),
                    **terms,
                )
            )
        )

    def arrive(self, plate: str = "贵G00001", *, vehicle_class: int = 1, number: str = "1") -> None:
        """A vehicle comes: what the camera reads, what the loops measure, and its number of the day."""
        self._door.operate(
            Operation("arrive", {"vehicle": number, "plate": plate, "class": str(vehicle_class)})
        )

    def pass_card(self, state: str) -> None:
        """The collector keys in that the pass card is "none", "unreadable" or "damaged"."""
        self._door.operate(Operation("card-state", {"state": state}))

    def authorise(
        self, monitor: str = "8001", *, vehicle_class: int | None = None, station: str | None = None
    ) -> bool:
        """The station's monitor answers for what is unusual; False where the lane lets nobody do so.

        He may confirm a class, and say the entry station, or "highest", where no card tells it.
        """
        said = {"monitor": monitor}
        if vehicle_class is not None:
            said["class"] = str(vehicle_class)
        if station is not None:
            said["station"] = station
        return self._accepted(Operation("authorise", said))

    def confirm(self) -> bool:
        """The collector confirms that the next card is of the vehicle at the barrier."""
        return self._accepted(Operation("confirm"))

    def inject_amount(self, yuan: str) -> bool:
        """Send the reader an amount that the tariff did not; False where it is refused."""
        return self._accepted(Operation("amount", {"yuan": yuan}))

    def pay_cash(self) -> bool:
        """The driver pays in cash; False where nothing may be taken."""
        return self._accepted(Operation("cash"))

    def pay_part(self, yuan: str) -> bool:
        """The driver pays so much of the toll in cash; False where it is refused."""
        return self._accepted(Operation("part", {"yuan": yuan}))

    def exempt(self, kind: str, monitor: str = "8001") -> bool:
        """The monitor lets a "green" or "emergency" vehicle pass free; False where that is refused."""
        return self._accepted(Operation("exempt", {"kind": kind, "monitor": monitor}))

    def convoy(self, *, on: bool) -> bool:
        """Begin or end a convoy (车队); False where that is refused."""
        return self._accepted(Operation("convoy", {"state": "on" if on else "off"}))

    def print_receipt(self) -> bool:
        """Print the receipt of the vehicle at the barrier, perhaps again; False where it has none."""
        return self._accepted(Operation("receipt"))

    def key_pin(self, reference: str = "right") -> None:
        """What the cardholder will key in when a PIN is asked for: "right" or "wrong"."""
        self._door.operate(Operation("pin", {"reference": reference}))

    def drive_off(self) -> bool:
        """The vehicle leaves; False while the barrier is down."""
        return self._accepted(Operation("leave"))

    def _accepted(self, operation: Operation) -> bool:
        try:
            self._door.operate(operation)
        except TerminalRefused:
            return False
        return True
