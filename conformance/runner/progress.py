"""The progress of a run on a terminal: a bar where there is one, a line for each case where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from conformance.model.run import CaseRecord, Event

_COLOURS = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.INCONC: "yellow",
    Verdict.ERROR: "magenta",
    Verdict.REVIEW: "cyan",
}


class ProgressBar:
    """Listens to a run and shows how far it is; writes to standard error only.

    Where the run is `attended`, it leaves the terminal to who is asked there, and does not say how a case
    ended: that would lead the eye.
    """

    def __init__(self, product: str, total: int, *, attended: bool = False) -> None:
        self._attended = attended
        self._console = Console(stderr=True, highlight=False)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=attended or not self._console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task(product, total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def case_started(self, case_id: str, revision: int, attempt: int) -> None:  # noqa: ARG002  a listener's form
        self._bar.update(self._task, description=case_id)

    def step_started(self, kind: str, index: int, text: str) -> None:
        """Steps are too quick to show."""

    def happened(self, event: Event) -> None:
        """Events are too many to show."""

    def step_ended(self) -> None:
        """Steps are too quick to show."""

    def case_ended(self, record: CaseRecord) -> None:
        if self._attended:
            self._console.print(f"  {record.id}")
            return
        colour = _COLOURS.get(record.verdict, "dim")
        detail = record.headline.code if record.headline else (record.reason or "")
        self._console.print(f"  [{colour}]{record.verdict:<12}[/] {record.id}  [dim]{detail}[/]")
        self._bar.advance(self._task)
