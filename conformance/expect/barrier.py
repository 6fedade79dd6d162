"""Expectations about a barrier over a whole case (O6), whoever presented or pressed what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.expect.judge import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model.terminal import Movement, TransactionRecord


class Lane(Protocol):
    """A terminal with a barrier; all that it shows counts from the preamble on."""

    def movements(self) -> Sequence[Movement]: ...

    def records(self, kind: str | None = None) -> Sequence[TransactionRecord]: ...


def barrier_down(lane: Lane, *, ref: str) -> bool:
    """The barrier was not raised in this case, whoever pressed what."""
    raised = [each.at_ms for each in lane.movements() if each.position == "open"]
    return judge(
        "way-opened",
        held=not raised,
        ref=ref,
        expected="closed",
        observed=", ".join(f"open at {at} ms" for at in raised) or "no movement",
    )


def barrier_raised(lane: Lane, *, ref: str) -> bool:
    """The barrier was raised exactly once in this case."""
    positions = [each.position for each in lane.movements()]
    return judge(
        "way-not-opened",
        held=positions.count("open") == 1,
        ref=ref,
        expected="open, once",
        observed=", ".join(positions) or "no movement",
    )


def stored_before_raised(lane: Lane, *, ref: str) -> bool:
    """The sale was stored no later than the barrier was raised (terminal's clock)."""
    stored = [each.at_ms for each in lane.records("sale")][-1:]
    raised = [each.at_ms for each in lane.movements() if each.position == "open"][:1]
    return judge(
        "order-differs",
        held=bool(stored) and bool(raised) and stored[0] <= raised[0],
        ref=ref,
        expected="record, then barrier",
        observed=", ".join((_at("record", stored), _at("barrier", raised))),
        arguments={"what": "record and barrier"},
    )


def _at(what: str, times_ms: Sequence[int]) -> str:
    return f"{what}: {times_ms[0]} ms" if times_ms else f"{what}: none"
