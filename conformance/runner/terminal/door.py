"""The door that every verb of the facade goes through: what the terminal shows is noted in the journal."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from conformance.link.outcomes import NotOffered, TerminalGarbage
from conformance.model.run import Observation
from conformance.model.terminal import OBSERVABLES, Indication, Movement, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.link.tear import Tear
    from conformance.link.terminal import TerminalLink
    from conformance.model.run import Exchange
    from conformance.model.terminal import Fault, Operation, Parameters, Presentation, Stripe
    from conformance.runner.journal import Journal
    from conformance.runner.probe import ProbeCard

T = TypeVar("T")

_NAMES = {observable.kind: name for name, observable in OBSERVABLES.items()}


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One presentation: what passed between card and terminal, and what was shown meanwhile, by kind.

    `passed` is None where nobody sees what a sample and a closed terminal exchange.
    """

    passed: tuple[Exchange, ...] | None
    presentation: Presentation
    shown: Mapping[type, Sequence[Any]]

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """O1; NotOffered where it is not seen."""
        if self.passed is None:
            raise NotOffered("O1")
        return self.passed

    @property
    def indications(self) -> Sequence[Indication]:
        return self.shown.get(Indication, ())

    @property
    def movements(self) -> Sequence[Movement]:
        return self.shown.get(Movement, ())

    @property
    def receipts(self) -> Sequence[Receipt]:
        return self.shown.get(Receipt, ())

    @property
    def duration_ms(self) -> int:
        """From field on to the first indication, or to the end where nothing was shown."""
        shown = [indication.at_ms for indication in self.indications]
        end = min(shown, default=self.presentation.ended_ms)
        return end - self.presentation.field_on_ms


class Door:
    """A terminal's link as the facade uses it. Of its logs, what counts for a case begins at `begin`."""

    def __init__(self, link: TerminalLink, journal: Journal, offers: frozenset[str]) -> None:
        self._link = link
        self._journal = journal
        self._logs = [each.kind for each in OBSERVABLES.values() if each.logged and each.letter in offers]
        self._begun: Mapping[type, int] = {}
        self._noted: dict[type, int] = {}

    def begin(self) -> None:
        """What was shown up to now belongs to the preamble."""
        self._begun = {kind: len(self._link.observe(kind)) for kind in self._logs}
        self._noted = dict(self._begun)

    def since(self, kind: type[T]) -> Sequence[T]:
        """A log of this case, or what is shown of anything else now."""
        return self._link.observe(kind)[self._begun.get(kind, 0) :]

    def now(self, kind: type[T]) -> T:
        """The one value of a kind of which there is always one; TerminalGarbage where there is none."""
        values = self._link.observe(kind)
        if not values:
            raise TerminalGarbage(f"the terminal shows no {_NAMES[kind]}, of which there is always one")
        return values[-1]

    def load(self, parameters: Parameters) -> None:
        with self._noting():
            self._link.load(parameters)

    def operate(self, operation: Operation) -> None:
        with self._noting():
            self._link.operate(operation)

    def disturb(self, fault: Fault) -> None:
        with self._noting():
            self._link.disturb(fault)

    def present(self, card: ProbeCard, withdraw: Tear | None, interface: str) -> Dialogue:
        with card.in_field(withdraw, interface) as (door, exchanges), self._noting() as shown:
            presentation = self._link.present(door, interface)
            self._note("presentation", presentation)
        return Dialogue(None if exchanges is None else tuple(exchanges), presentation, shown)

    def swipe(self, stripe: Stripe) -> Dialogue:
        with self._noting() as shown:
            presentation = self._link.swipe(stripe)
            self._note("presentation", presentation)
        return Dialogue((), presentation, shown)

    @contextmanager
    def _noting(self) -> Iterator[dict[type, Sequence[Any]]]:
        """Note what every log holds more after an act, in the order of the table; gathered by kind."""
        if not self._noted and self._logs:
            self.begin()
        shown: dict[type, Sequence[Any]] = {}
        yield shown
        for kind in self._logs:
            values: Sequence[Any] = self._link.observe(kind)
            shown[kind] = tuple(values[self._noted[kind] :])
            self._noted[kind] = len(values)
            for value in shown[kind]:
                self._note(_NAMES[kind], value)

    def _note(self, name: str, value: Any) -> None:
        self._journal.note(Observation(name, _plain(dataclasses.asdict(value))))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Bytes as hex, so that a record can hold them; what a value leaves empty is left out."""
    return {
        name: value.hex().upper() if isinstance(value, bytes) else value
        for name, value in values.items()
        if value != {}
    }
