"""Expectations about values and measured times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.expect.judge import judge

if TYPE_CHECKING:
    from collections.abc import Sequence


def equal(observed: object, expected: object, *, what: str, ref: str) -> bool:
    """Two plain values are the same."""
    return judge(
        "value-differs",
        held=observed == expected,
        ref=ref,
        expected=str(expected),
        observed=str(observed),
        arguments={"what": what},
    )


def next_number(observed: str, before: str, *, what: str, ref: str) -> bool:
    """A number that counts one for each time follows the one before."""
    following = str(int(before) + 1) if before.isascii() and before.isdigit() else f"the one after {before!r}"
    return equal(observed, following, what=what, ref=ref)


def one_of(observed: object, allowed: Sequence[object], *, what: str, ref: str) -> bool:
    """A plain value is one of some."""
    return judge(
        "value-differs",
        held=observed in allowed,
        ref=ref,
        expected=" / ".join(map(str, allowed)),
        observed=str(observed),
        arguments={"what": what},
    )


def at_most(observed: str | int, limit: str | int, *, what: str, ref: str) -> bool:
    """A number, or a date as YYMMDD, is not beyond a limit of the same kind."""
    return judge(
        "limit-exceeded",
        held=observed <= limit,  # type: ignore[operator]  # both of one kind, says the docstring
        ref=ref,
        expected=f"at most {limit}",
        observed=str(observed),
        arguments={"what": what, "limit": limit},
    )


def percentile(values: Sequence[int], share: int) -> int:
    """The smallest value that at least `share` percent of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def within_budget(  # noqa: PLR0913  a timing statement names its share, limit, uncertainty and unit
    times_ms: Sequence[int], *, share: int, limit_ms: int, uncertainty_ms: int = 0, what: str, ref: str
) -> bool:
    """The `share` percentile of measured times plus the bench's uncertainty U does not exceed the limit."""
    measured = percentile(times_ms, share) if times_ms else None
    return judge(
        "latency-exceeded",
        held=measured is not None and measured + uncertainty_ms <= limit_ms,
        ref=ref,
        expected=f"p{share} ≤ {limit_ms} ms",
        observed="nothing measured" if measured is None else f"p{share} = {measured} ms",
        arguments={
            "what": what,
            "share": share,
            "limit": limit_ms,
            "measured": -1 if measured is None else measured,
            "uncertainty": uncertainty_ms,
            "count": len(times_ms),
        },
    )
