"""Expectations about what a terminal shows: records (O2), indications, movements, parameters (O5, O6, O8)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from conformance.codec.values import fen, yuan
from conformance.expect.judge import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model.terminal import (
        Indication,
        Movement,
        ParametersInForce,
        QueueEntry,
        Receipt,
        TransactionRecord,
    )


class Terminal(Protocol):
    """What an expectation may look at; all of it counts from the preamble on."""

    def records(self, kind: str | None = None) -> Sequence[TransactionRecord]: ...

    def indications(self) -> Sequence[Indication]: ...

    def parameters_in_force(self) -> ParametersInForce: ...


class Queueing(Protocol):
    """A terminal that keeps queues."""

    def queue(self, name: str) -> Sequence[QueueEntry]: ...


class Printing(Protocol):
    """A terminal that prints."""

    def receipts(self) -> Sequence[Receipt]: ...


class Shown(Protocol):
    """A presentation with what was shown during it."""

    @property
    def indications(self) -> Sequence[Indication]: ...

    @property
    def movements(self) -> Sequence[Movement]: ...


def no_record(terminal: Terminal, *, kind: str, ref: str) -> bool:
    """The terminal holds no record of this kind."""
    records = terminal.records(kind)
    return judge(
        "record-unexpected",
        held=not records,
        ref=ref,
        expected=f"no {kind} record",
        observed=", ".join(f"no. {r.number} over {yuan(r.amount)}" for r in records) or "none",
        arguments={"kind": kind, "count": len(records)},
    )


def one_record(terminal: Terminal, *, kind: str, amount: str, ref: str) -> bool:
    """The terminal holds exactly one record of this kind, over this amount in yuan."""
    return record_count(terminal, 1, kind=kind, ref=ref) and record_amount(
        terminal, amount, kind=kind, ref=ref
    )


def record_count(terminal: Terminal, count: int, *, kind: str, ref: str) -> bool:
    """The terminal holds this many records of this kind."""
    observed = len(terminal.records(kind))
    return judge(
        "record-count-differs",
        held=observed == count,
        ref=ref,
        expected=str(count),
        observed=str(observed),
        arguments={"kind": kind, "expected": count, "observed": observed},
    )


def record_amount(terminal: Terminal, amount: str, *, kind: str, ref: str) -> bool:
    """Every record of this kind is over this amount in yuan."""
    amounts = [record.amount for record in terminal.records(kind)]
    return judge(
        "value-differs",
        held=bool(amounts) and all(each == fen(amount) for each in amounts),
        ref=ref,
        expected=amount,
        observed=", ".join(yuan(each) for each in amounts) or "no record",
        arguments={"what": f"amount of the {kind} record"},
    )


def numbered_without_gap(terminal: Terminal, *, ref: str) -> bool:
    """The records are numbered one after the other."""
    numbers = [record.number for record in terminal.records()]
    return judge(
        "order-differs",
        held=all(later == earlier + 1 for earlier, later in pairwise(numbers)),
        ref=ref,
        expected="consecutive record numbers",
        observed=", ".join(map(str, numbers)),
        arguments={"what": "record numbers"},
    )


def numbers_rise(terminal: Terminal, name: str, count: int, *, kind: str, ref: str) -> bool:
    """So many records of this kind carry a number under this name, each above the one before."""
    told = [record.details.get(name, "") for record in terminal.records(kind)]
    numbers = [int(each) for each in told if each.isdecimal()]
    return judge(
        "order-differs",
        held=len(numbers) == len(told) == count and all(one < next_ for one, next_ in pairwise(numbers)),
        ref=ref,
        expected=f"{count} rising numbers",
        observed=_stretch(numbers) if numbers else "no number",
        arguments={"what": f"{name} of the {kind} records"},
    )


def _stretch(numbers: Sequence[int]) -> str:
    """How many there are, and the first pair that does not rise."""
    falls = next((f", {later} after {one}" for one, later in pairwise(numbers) if later <= one), "")
    return f"{len(numbers)} numbers{falls}"


def indicated(shown: Shown, signal: str, *, ref: str) -> bool:
    """The cardholder was given this signal during the presentation."""
    signals = [indication.signal for indication in shown.indications]
    return judge(
        "indication-missing",
        held=signal in signals,
        ref=ref,
        expected=signal,
        observed=", ".join(signals) or "nothing",
        arguments={"signal": signal},
    )


def not_indicated(shown: Shown, signal: str, *, ref: str) -> bool:
    """The cardholder was not given this signal during the presentation."""
    signals = [indication.signal for indication in shown.indications]
    return judge(
        "indication-unexpected",
        held=signal not in signals,
        ref=ref,
        expected=f"no {signal}",
        observed=", ".join(signals) or "nothing",
        arguments={"signal": signal},
    )


def one_verdict(shown: Shown, *, ref: str) -> bool:
    """The cardholder was shown either that the payment was accepted or that it was declined, once."""
    signals = [each.signal for each in shown.indications if each.signal in ("accepted", "declined")]
    return judge(
        "indication-ambiguous",
        held=len(signals) == 1,
        ref=ref,
        expected="accepted or declined, once",
        observed=", ".join(signals) or "nothing",
        arguments={"count": len(signals)},
    )


def stored_before_shown(terminal: Terminal, shown: Shown, *, ref: str) -> bool:
    """The last sale record was stored no later than its acceptance was shown (terminal's clock)."""
    stored = [record.at_ms for record in terminal.records("sale")][-1:]
    accepted = [each.at_ms for each in shown.indications if each.signal == "accepted"][-1:]
    return judge(
        "order-differs",
        held=bool(stored) and bool(accepted) and stored[0] <= accepted[0],
        ref=ref,
        expected="record, then indication",
        observed=", ".join((_at("record", stored), _at("indication", accepted))),
        arguments={"what": "record and indication"},
    )


def _at(what: str, times_ms: Sequence[int]) -> str:
    return f"{what}: {times_ms[0]} ms" if times_ms else f"{what}: none"


def blacklist_version(terminal: Terminal, version: int, *, ref: str) -> bool:
    """The blacklist in force has this version (O8)."""
    observed = terminal.parameters_in_force().blacklist_version
    return judge(
        "parameter-version-differs",
        held=observed == version,
        ref=ref,
        expected=str(version),
        observed=str(observed),
        arguments={"what": "blacklist", "expected": version, "observed": observed},
    )


def queue_length(terminal: Queueing, name: str, count: int, *, ref: str) -> bool:
    """So many entries wait in a queue (O4)."""
    observed = len(terminal.queue(name))
    return judge(
        "queue-length-differs",
        held=observed == count,
        ref=ref,
        expected=str(count),
        observed=str(observed),
        arguments={"queue": name, "expected": count, "observed": observed},
    )


def receipt_count(terminal: Printing, count: int, *, ref: str) -> bool:
    """So many receipts were printed (O7)."""
    observed = len(terminal.receipts())
    return judge(
        "receipt-count-differs",
        held=observed == count,
        ref=ref,
        expected=str(count),
        observed=str(observed),
        arguments={"expected": count, "observed": observed},
    )


def receipt_says(terminal: Printing, text: str, *, ref: str) -> bool:
    """The last receipt has a line with this text."""
    lines = [line for each in terminal.receipts()[-1:] for line in each.lines]
    return judge(
        "receipt-lacks",
        held=any(text in line for line in lines),
        ref=ref,
        expected=text,
        observed=" / ".join(lines) or "no receipt",
        arguments={"text": text},
    )


def opened(shown: Shown, *, ref: str) -> bool:
    """Gate or barrier reached "open" during the presentation (O6)."""
    positions = [movement.position for movement in shown.movements]
    return judge(
        "way-not-opened",
        held="open" in positions,
        ref=ref,
        expected="open",
        observed=", ".join(positions) or "no movement",
    )


def stays_closed(shown: Shown, *, ref: str) -> bool:
    """Gate or barrier did not open during the presentation (O6)."""
    positions = [movement.position for movement in shown.movements]
    return judge(
        "way-opened",
        held="open" not in positions,
        ref=ref,
        expected="closed",
        observed=", ".join(positions) or "no movement",
    )


def accepted(done: bool, *, what: str, ref: str) -> bool:
    """The terminal did what was asked of it at its keys or its lane."""
    return judge(
        "operation-refused",
        held=done,
        ref=ref,
        expected="carried out",
        observed="carried out" if done else "refused",
        arguments={"what": what},
    )


def refused(done: bool, *, what: str, ref: str) -> bool:
    """The terminal refused what was asked of it at its keys or its lane."""
    return judge(
        "operation-accepted",
        held=not done,
        ref=ref,
        expected="refused",
        observed="carried out" if done else "refused",
        arguments={"what": what},
    )


def record_detail(terminal: Terminal, name: str, value: str, *, kind: str, ref: str) -> bool:
    """Every record of this kind says this of the sector's own, such as the number of people."""
    values = [record.details.get(name, "absent") for record in terminal.records(kind)]
    return judge(
        "value-differs",
        held=bool(values) and all(each == value for each in values),
        ref=ref,
        expected=value,
        observed=", ".join(values) or "no record",
        arguments={"what": f"{name} of the {kind} record"},
    )


def in_force(terminal: Terminal, name: str, value: str, *, ref: str) -> bool:
    """A value that this kind of terminal works with now (O8)."""
    observed = terminal.parameters_in_force().others.get(name, "absent")
    return judge(
        "value-differs",
        held=observed == value,
        ref=ref,
        expected=value,
        observed=observed,
        arguments={"what": name},
    )
