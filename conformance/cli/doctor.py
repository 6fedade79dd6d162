"""`conformance doctor`: what is there, what is missing, and the time uncertainty U of a bench's readers."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

import conformance
from conformance import text
from conformance.cli.frame import LANGUAGE, refuse_documents
from conformance.codec.documents import DocumentErrors
from conformance.runner import exit_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.link.reader import CardFacts, ReaderFacts
    from conformance.runner.bench import Bench
    from conformance.runner.tools import Tool
    from conformance.runner.uncertainty import Clock, Distribution, MeasuredReader

_NEEDS = {"pcsc": ("pyscard", "pcscd"), "virtual-reader": ("pyscard", "pcscd", "virtual-reader")}
_US_PER_MS = 1000


@click.command()
@click.option("--bench", "name", help="measure this bench's readers, and keep what was found beside its file")
@LANGUAGE
def doctor(name: str | None, language: str) -> None:
    """Say what this machine has and lacks; measure readers, clock and time uncertainty U.

    A card that is in a reader is asked for the payment environments, 299 times with --bench, and for nothing
    else. With --bench the measurements are kept beside the bench file, where every run finds them.

    0 all that is needed is there, 3 something is missing or could not be measured.
    """
    says = _Says(language)
    try:
        path, bench = _bench(name) if name else (None, None)
    except DocumentErrors as errors:
        refuse_documents(errors)
    sound = says.tools(bench)
    found = says.readers()
    clock = says.clock()
    if path is not None and bench is not None:
        sound = says.bench(path, bench, found, clock) and sound
    sys.exit(exit_code.CONFORMING if sound else exit_code.BLOCKED)


def _bench(name: str) -> tuple[Path, Bench]:
    from conformance.runner.bench import find_bench, read_bench

    path = find_bench(name)
    return path, read_bench(path, measured=False)


class _Says:
    """Prints one section after the other; each says whether nothing that is needed was missing."""

    def __init__(self, language: str) -> None:
        self._language = language

    def tools(self, bench: Bench | None) -> bool:
        from conformance.runner.tools import tools

        self._heading("doctor.tools")
        rows = list(tools(_NEEDS.get(bench.channel, ()) if bench else ()))
        for row in rows:
            self._tool(row)
        return all(row.ok or not row.needed for row in rows)

    def _tool(self, row: Tool) -> None:
        what = self._label(f"doctor.{row.name}")
        if row.ok:
            self._line("✓", what, row.found or self._label("doctor.there"))
        else:
            missing = self._label("doctor.missing" if row.needed else "doctor.optional")
            self._line("✗" if row.needed else "–", what, f"{missing} {self._label(f'doctor.{row.name}.do')}")

    def readers(self) -> Sequence[ReaderFacts]:
        """The readers of the PC/SC service that runs here."""
        from conformance.link import reader
        from conformance.link.outcomes import NoPcscService
        from conformance.link.pcsc import readers

        self._heading("doctor.readers")
        try:
            found = [reader.facts(name) for name in readers()]
        except NoPcscService as outcome:
            self._line("–", "no-pcsc-service", f"{self._label('doctor.no-pcsc-service')} ({outcome})")
            return ()
        if not found:
            self._line("–", "no-reader", self._label("doctor.no-reader"))
        for each in found:
            self._reader(each)
        return found

    def _reader(self, found: ReaderFacts) -> None:
        click.echo(f"  {found.name}")
        if found.fault is not None:
            self._line("✗", "reader-gone", found.fault, indent="    ")
            return
        unknown = self._label("doctor.unknown")
        for key in ("vendor", "driver", "serial", "largest_apdu"):
            value = getattr(found, key)
            self._line(
                " ", self._label(f"doctor.reader.{key}"), unknown if value is None else value, indent="    "
            )
        if found.card is None:
            self._line("–", "reader-empty", self._label("doctor.reader-empty"), indent="    ")
            return
        self._line("✓", "card-in", found.card.atr.hex().upper(), indent="    ")
        for what, value in self._ways(found.card):
            self._line(" ", what, value, indent="    ")

    def _ways(self, card: CardFacts) -> Iterator[tuple[str, str]]:
        protocols = " ".join(card.protocols)
        yield (
            self._label("doctor.card.protocols"),
            f"{protocols} ({self._label('doctor.card.contactless')})" if card.contactless else protocols,
        )
        chaining = {True: "handed-on", False: "by-driver", None: "not-seen"}[card.hands_on_61xx]
        yield self._label("doctor.card.61xx"), self._label(f"doctor.card.61xx.{chaining}")
        extended = "passes" if card.extended else "refused"
        yield self._label("doctor.card.extended"), self._label(f"doctor.card.extended.{extended}")

    def clock(self) -> Clock:
        from conformance.runner.uncertainty import measure_clock

        self._heading("doctor.clock")
        clock = measure_clock()
        step = f"{max(clock.resolution_ns, clock.step_ns)} ns"
        self._line("✓", self._label("doctor.clock.step"), step)
        self._line("✓", self._label("doctor.clock.oversleep"), self._spread(clock.oversleep))
        return clock

    def bench(self, path: Path, bench: Bench, found: Sequence[ReaderFacts], clock: Clock) -> bool:
        """Measure the readers of the bench, and keep what was found where all of them were."""
        from conformance.runner.bench import reader_names
        from conformance.runner.uncertainty import COUNT, keep

        self._heading("doctor.bench")
        if bench.channel != "pcsc":
            self._line("✓", "U", self._label("doctor.not-ours"))
            return True
        here = {each.name: each for each in found}
        measured = [self._measured(name, here.get(name), clock) for name in reader_names(bench)]
        if not all(measured):
            self._line("✗", "U", self._label("doctor.not-kept"))
            return False
        click.echo(f"  {self._label('doctor.rule').format(count=COUNT)}")
        at = datetime.now(UTC).replace(microsecond=0).isoformat()
        kept = keep(path, clock, [each for each in measured if each], at=at, suite=conformance.__version__)
        click.echo(f"  {self._label('doctor.kept')} {kept}")
        return True

    def _measured(self, name: str, found: ReaderFacts | None, clock: Clock) -> MeasuredReader | None:
        from conformance.link.outcomes import LinkOutcome
        from conformance.link.reader import round_trips
        from conformance.runner.uncertainty import COUNT, measured

        if found is None or found.card is None:
            outcome = "no-reader" if found is None else "reader-empty"
            self._line("✗", name, f"{outcome}: {self._label('doctor.put-card')}")
            return None
        try:
            told = measured(found, round_trips(name, COUNT), clock)
        except LinkOutcome as outcome:
            self._line("✗", name, str(outcome))
            return None
        self._line("✓", name, f"U = {told.uncertainty_ms} ms, {self._spread(told.round_trip)}")
        return told

    def _spread(self, found: Distribution) -> str:
        values = (found.least, found.p50, found.p95, found.p99, found.most)
        least, *places, most = (f"{each / _US_PER_MS:.3f}" for each in values)
        names = self._label("doctor.spread")
        return names.format(
            least=least, p50=places[0], p95=places[1], p99=places[2], most=most, count=found.count
        )

    def _heading(self, key: str) -> None:
        click.echo(self._label(key))

    def _line(self, sign: str, what: str, value: object, *, indent: str = "  ") -> None:
        click.echo(f"{indent}{sign} {what}: {value}".rstrip())

    def _label(self, key: str) -> str:
        return text.label(key, self._language)
