"""The facade `terminal` of a case: a terminal under test, operated and observed through its link."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.values import fen
from conformance.model.run import Observation
from conformance.model.terminal import (
    Blacklist,
    Indication,
    Operation,
    Parameters,
    ParametersInForce,
    TransactionRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.link.tear import Tear
    from conformance.link.terminal import TerminalLink
    from conformance.model.run import Exchange
    from conformance.model.terminal import Capk, Presentation
    from conformance.runner.journal import Journal
    from conformance.runner.probe import ProbeCard


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One tap: what passed between card and terminal, and what was shown meanwhile."""

    exchanges: tuple[Exchange, ...]
    presentation: Presentation
    indications: tuple[Indication, ...]

    @property
    def duration_ms(self) -> int:
        """From field on to the first indication, or to the end where nothing was shown."""
        shown = [indication.at_ms for indication in self.indications]
        end = min(shown, default=self.presentation.ended_ms)
        return end - self.presentation.field_on_ms


class Terminal:
    """A terminal as a case sees it: everything that it shows counts from `ready` on."""

    def __init__(
        self,
        link: TerminalLink,
        journal: Journal,
        capks: tuple[Capk, ...],
        wait: Callable[[float], None],
    ) -> None:
        self._link = link
        self._journal = journal
        self._capks = capks
        self._wait = wait
        self._records_before = 0
        self._indications_before = 0

    def ready(self, *, fare: str, date: str | None = None, **settings: float) -> None:
        """Bring the terminal to idle with this fare in yuan, our CA keys and an empty blacklist.

        `date` is its local day, ISO 8601, at eight in the morning; `settings` are T1, T2 and anti_passback
        in seconds.
        """
        self._link.operate(Operation("idle"))
        self._link.load(
            Parameters(
                capks=self._capks or None,
                fare=fen(fare),
                blacklist=Blacklist(version=1),
                date_time=f"{date}T08:00:00" if date else None,
                flash_t1_ms=_milliseconds(settings.get("T1")),
                flash_t2_ms=_milliseconds(settings.get("T2")),
                anti_passback_ms=_milliseconds(settings.get("anti_passback")),
            )
        )
        self._records_before = len(self._link.observe(TransactionRecord))
        self._indications_before = len(self._link.observe(Indication))

    def load_blacklist(self, *pans: str, version: int) -> None:
        """Download a blacklist of whole PANs."""
        self._link.load(Parameters(blacklist=Blacklist(version, pans)))

    def tap(self, card: ProbeCard, *, withdraw: Tear | None = None, after: float = 0) -> Dialogue:
        """Present a card until the terminal is done with it.

        `withdraw` tears the tap at a stated point; `after` lets seconds pass before it.
        """
        if after:
            self._wait(after)
        records = len(self._link.observe(TransactionRecord))
        indications = len(self._link.observe(Indication))
        with card.in_field(withdraw) as (door, exchanges):
            presentation = self._link.present(door)
        shown = tuple(self._link.observe(Indication)[indications:])
        self._note("presentation", presentation)
        for record in self._link.observe(TransactionRecord)[records:]:
            self._note("transaction-record", record)
        for indication in shown:
            self._note("indication", indication)
        return Dialogue(tuple(exchanges), presentation, shown)

    def records(self, kind: str | None = None) -> Sequence[TransactionRecord]:
        """O2: the records of this case, of one kind or all."""
        records = self._link.observe(TransactionRecord)[self._records_before :]
        return [record for record in records if kind in (None, record.kind)]

    def indications(self) -> Sequence[Indication]:
        """O5: what the cardholder was shown in this case."""
        return self._link.observe(Indication)[self._indications_before :]

    def parameters_in_force(self) -> ParametersInForce:
        """O8: versions and values in force now."""
        return self._link.observe(ParametersInForce)[-1]

    def _note(self, kind: str, value: Presentation | TransactionRecord | Indication) -> None:
        self._journal.note(Observation(kind, dataclasses.asdict(value)))


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
