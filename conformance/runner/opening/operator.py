"""The door to a closed terminal: its operator at a prompt or a page, with the samples of the bench."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import text
from conformance.link.operator.page import PageDesk
from conformance.link.operator.settings import DISTURBANCES
from conformance.link.operator.terminal import OperatorTerminal
from conformance.link.operator.tty import TtyDesk
from conformance.link.pcsc import Chaining, PcscCard
from conformance.model.run import Observation
from conformance.model.terminal import TerminalIdentity
from conformance.runner.hand import Hand
from conformance.runner.journal import current_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import ExitStack
    from pathlib import Path

    from conformance.link.card import CardLink
    from conformance.link.operator.desk import Desk
    from conformance.model.iut import Product
    from conformance.runner.bench import Bench

ANSWER_WITHIN_S = 600.0
UNDO_S = 6.0


@dataclass(frozen=True, slots=True)
class Attendance:
    """In which language an operator is asked, and the folder that takes photos, None to take none."""

    language: str = "zh"
    evidence: Path | None = None


def attended(
    stack: ExitStack, bench: Bench, product: Product, attendance: Attendance
) -> tuple[OperatorTerminal, Hand]:
    """A terminal whose operator is asked at the desk of the bench, and the samples in their hand."""
    desk = _desk(bench, attendance)
    stack.callback(desk.close)
    terminal = OperatorTerminal(desk, declared(product, bench), bench.desk["shows"], note, bench.operator)
    return terminal, Hand(bench.samples, terminal.ask, note, _readers(stack, bench))


def declared(product: Product, bench: Bench) -> TerminalIdentity:
    """The product as declared; its firmware is what the operator reads from it."""
    return TerminalIdentity(
        product.vendor, product.model, "", "", False, bench.time_base, tuple(sorted(offered(bench)))
    )


def offered(bench: Bench) -> frozenset[str]:
    """What a person sees and does there, and what the samples bring."""
    desk, offers = bench.desk, set(bench.desk["shows"])
    offers |= {each for each in DISTURBANCES if each in desk.get("disturbs", ())}
    if bench.samples:
        offers.add("card")
    if any(sample.reader for sample in bench.samples):
        offers.add("O9")
    return frozenset(offers)


def note(name: str, values: Mapping[str, Any]) -> None:
    """Write what a person did into the record, in the step in which it happened."""
    with suppress(LookupError):  # before the first case there is no journal
        journal = current_journal()
        if journal.in_step:
            journal.note(Observation(name, dict(values)))


def _desk(bench: Bench, attendance: Attendance) -> Desk:
    asked = bench.desk
    deadline, undo = float(asked.get("answer_within_s", ANSWER_WITHIN_S)), float(asked.get("undo_s", UNDO_S))
    if asked["at"] == "prompt":
        return TtyDesk(attendance.language, deadline, undo, bench.operator)
    host, _, port = asked.get("address", "127.0.0.1:0").rpartition(":")
    page = PageDesk(
        attendance.language,
        deadline_s=deadline,
        undo_s=undo,
        evidence=attendance.evidence,
        operator=bench.operator,
        host=host.strip("[]"),
        port=int(port),
        token=asked.get("token"),
    )
    _announce(text.asked("page.address", {"address": page.address}, attendance.language))
    return page


def _announce(words: str) -> None:
    """Say where the page is, to who started the run, whatever a test runner captures."""
    try:
        terminal = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY)
    except OSError:
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()
        return
    os.write(terminal, f"{words}\n".encode())
    os.close(terminal)


def _readers(stack: ExitStack, bench: Bench) -> Callable[[str], CardLink]:
    """The links to the readers of the bench, opened when first needed."""
    opened: dict[str, PcscCard] = {}
    chaining = Chaining(bench.card.get("chaining", Chaining.ISO7816_T0.value))

    def reader(name: str) -> CardLink:
        if name not in opened:
            opened[name] = PcscCard(name, chaining=chaining)
            stack.callback(opened[name].close)
        return opened[name]

    return reader
