"""Where expectations report to. The runner installs a judge for the time of a case."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from conformance.model.run import Expectation, Finding, Where
from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator


class Judge(Protocol):
    """Takes note of each evaluated expectation and of each finding; decides nothing about the flow."""

    def evaluated(self, expectation: Expectation) -> None: ...

    def found(self, finding: Finding) -> None: ...


class NoJudgeError(RuntimeError):
    """An expectation was evaluated outside a case, where nobody takes note of it."""


_JUDGE: ContextVar[Judge] = ContextVar("judge")


@contextmanager
def judging(judge: Judge) -> Iterator[None]:
    """Let `judge` take note of every expectation evaluated inside."""
    token = _JUDGE.set(judge)
    try:
        yield
    finally:
        _JUDGE.reset(token)


def judge(  # noqa: PLR0913  a finding has this many parts
    code: str,
    *,
    held: bool,
    ref: str,
    expected: str,
    observed: str,
    where: Where | None = None,
    arguments: dict[str, str | int] | None = None,
) -> bool:
    """State one expectation about the IUT; a finding is noted when it does not hold."""
    try:
        current = _JUDGE.get()
    except LookupError:
        raise NoJudgeError(code) from None
    current.evaluated(Expectation(code, ref, held))
    if not held:
        current.found(
            Finding(code, Verdict.FAIL, ref, expected, observed, where or Where(), dict(arguments or {}))
        )
    return held
