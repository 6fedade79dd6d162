"""What every terminal under test does, as a case sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.values import fen
from conformance.model.terminal import (
    FAULTS,
    Blacklist,
    ClockReading,
    DeviceEvent,
    Fault,
    HostMessage,
    Indication,
    Movement,
    Operation,
    PanRange,
    Parameters,
    ParametersInForce,
    QueueEntry,
    Receipt,
    TransactionRecord,
)
from conformance.runner.shown import Shown
from conformance.runner.terminal.bus import Bus
from conformance.runner.terminal.counter import Counter
from conformance.runner.terminal.door import Door
from conformance.runner.terminal.gate import Gate
from conformance.runner.terminal.lane import Lane
from conformance.runner.terminal.pos import Pos

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.link.tear import Tear
    from conformance.link.terminal import TerminalLink
    from conformance.model.terminal import Capk, Stripe
    from conformance.runner.acquirer import LaboratoryAcquirer
    from conformance.runner.journal import Journal
    from conformance.runner.probe import ProbeCard
    from conformance.runner.terminal.door import Dialogue


class Terminal:
    """A terminal as a case sees it: everything that it shows counts from `ready` on."""

    def __init__(
        self,
        link: TerminalLink,
        journal: Journal,
        capks: tuple[Capk, ...],
        wait: Callable[[float], None],
        offers: frozenset[str],
    ) -> None:
        self._door = Door(link, journal, offers)
        self._capks = capks
        self._wait = wait
        self.bus = Bus(self._door)
        self.gate = Gate(self._door)
        self.counter = Counter(self._door)
        self.pos = Pos(self._door, capks)
        self.lane = Lane(self._door)

    def ready(
        self,
        *,
        fare: str = "1.00",
        date: str | None = None,
        acquirer: LaboratoryAcquirer | None = None,
        **settings: float,
    ) -> None:
        """Bring the terminal to idle with this fare in yuan, our CA keys and an empty blacklist.

        `date` is its local day, ISO 8601, at eight in the morning; `acquirer` is who it settles with;
        `settings` are T1, T2 and anti_passback in seconds, and flash_capacity in records.
        """
        self._door.operate(Operation("idle"))
        capacity = settings.get("flash_capacity")
        self._door.load(
            Parameters(
                capks=self._capks or None,
                fare=fen(fare),
                blacklist=Blacklist(version=1),
                date_time=f"{date}T08:00:00" if date else None,
                flash_t1_ms=_milliseconds(settings.get("T1")),
                flash_t2_ms=_milliseconds(settings.get("T2")),
                flash_capacity=None if capacity is None else round(capacity),
                anti_passback_ms=_milliseconds(settings.get("anti_passback")),
                host=None if acquirer is None else acquirer.address,
            )
        )
        self._door.begin()

    def load(self, parameters: Parameters) -> None:
        """Download parameters."""
        self._door.load(parameters)

    def load_blacklist(
        self, *pans: str, version: int, ranges: Sequence[tuple[str, str]] = (), day: str = ""
    ) -> None:
        """Download a blacklist of whole PANs, of ranges from first PAN to last, and of a day."""
        stretches = tuple(PanRange(first, last) for first, last in ranges)
        self._door.load(Parameters(blacklist=Blacklist(version, pans, stretches, day)))

    def set_clock(self, date_time: str) -> None:
        """Set the calendar, ISO 8601 without zone."""
        self._door.load(Parameters(date_time=date_time))

    def tap(self, card: ProbeCard, *, withdraw: Tear | None = None, after: float = 0) -> Dialogue:
        """Present a card until the terminal is done with it.

        `withdraw` tears the tap at a stated point; `after` lets seconds pass before it.
        """
        if after:
            self._wait(after)
        return self._door.present(card, withdraw, "contactless")

    def insert(self, card: ProbeCard, *, withdraw: Tear | None = None) -> Dialogue:
        """Put a card into the contact slot until the terminal is done with it, or torn out as said."""
        return self._door.present(card, withdraw, "contact")

    def swipe(self, stripe: Stripe) -> Dialogue:
        """Draw a card's stripe through the reader."""
        return self._door.swipe(stripe)

    def settle_before(self, acquirer: LaboratoryAcquirer) -> None:
        """Empty the upload queue of what earlier cases left in it."""
        with acquirer.settling_before():
            self.upload()

    def upload(self) -> None:
        """Let the terminal settle what it holds with its host."""
        self._door.operate(Operation("upload"))

    def operate(self, name: str, **arguments: str) -> None:
        """Another act at the terminal; one kind of device's own are members of that device's facade."""
        self._door.operate(Operation(name, arguments))

    def disturb(self, fault: str, **arguments: float | str) -> None:
        """Let a fault of the table happen."""
        if fault not in FAULTS:
            raise LookupError(f"no fault {fault}; there are: {', '.join(FAULTS)}")
        told = {
            name: f"{each:g}" if isinstance(each, float) else str(each) for name, each in arguments.items()
        }
        self._door.disturb(Fault(fault, told))

    def records(self, kind: str | None = None) -> Sequence[TransactionRecord]:
        """O2: the records of this case, of one kind or all."""
        records = self._door.since(TransactionRecord)
        return Shown(kind or "record", (record for record in records if kind in (None, record.kind)))

    def messages(self, direction: str | None = None) -> Sequence[HostMessage]:
        """O3: what passed between the terminal and its hosts in this case, sent, received or both."""
        return [each for each in self._door.since(HostMessage) if direction in (None, each.direction)]

    def queue(self, name: str) -> Sequence[QueueEntry]:
        """O4: what waits now, in "upload" or "reversal"."""
        return [each for each in self._door.since(QueueEntry) if each.queue == name]

    def indications(self) -> Sequence[Indication]:
        """O5: what the cardholder was shown in this case."""
        return self._door.since(Indication)

    def movements(self) -> Sequence[Movement]:
        """O6: how gate or barrier moved in this case."""
        return self._door.since(Movement)

    def receipts(self) -> Sequence[Receipt]:
        """O7: what was printed in this case."""
        return self._door.since(Receipt)

    def parameters_in_force(self) -> ParametersInForce:
        """O8: versions and values in force now."""
        return self._door.now(ParametersInForce)

    def events(self, name: str | None = None) -> Sequence[DeviceEvent]:
        """O10: what befell the terminal itself in this case."""
        return [each for each in self._door.since(DeviceEvent) if name in (None, each.event)]

    def clock(self) -> ClockReading:
        """O10: the terminal's clock now."""
        return self._door.now(ClockReading)


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
