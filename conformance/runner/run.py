"""The facade `run` of a case: steps, parameters, time; and what an exception in a step means."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.crypto.certificates import CertificateError
from conformance.kernel.termination import TerminatedError
from conformance.link.outcomes import (
    CardMute,
    CardWithdrawn,
    LinkOutcome,
    NotOffered,
    OperatorAbsent,
    OperatorSkipped,
    TerminalDied,
    TerminalGarbage,
    TerminalHung,
    TerminalRefused,
)
from conformance.model.run import Finding, Where
from conformance.model.verdict import Verdict
from conformance.runner.card import BenchLacksError
from conformance.runner.overheard import NotInSessionError
from conformance.runner.shown import NotShownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.runner.journal import Journal

# Outcomes for which the implementation under test can be to blame, once its link is shown alive.
_THE_IUT_ITSELF = (CardMute, CardWithdrawn, TerminalHung, TerminalDied, TerminalGarbage, TerminalRefused)

# Outcomes of a person at the terminal: nothing was observed, and nobody is to blame.
_NOBODY = (OperatorAbsent, OperatorSkipped)

_EXPECTED: dict[type[LinkOutcome], str] = {
    CardMute: "an answer before the deadline",
    CardWithdrawn: "a card that stays",
    TerminalHung: "an answer before the deadline",
    TerminalDied: "a program that keeps running",
    TerminalGarbage: "an answer that the protocol allows",
    TerminalRefused: "an operation that is carried out",
}


class StepStopped(Exception):  # noqa: N818  the way out of a case, not an error
    """A step ended with a finding: the case stops here, its postamble still runs."""


class UnknownParameterError(LookupError):
    """A case asks for a parameter that the proforma does not define."""


class CaseRun:
    """What a case sees of its run."""

    def __init__(
        self,
        journal: Journal,
        parameters: Mapping[str, float],
        wait: Callable[[float], None],
        alive: Callable[[], bool],
        control_of: str | None = None,
    ) -> None:
        self._journal = journal
        self._parameters = parameters
        self._wait = wait
        self._alive = alive
        self._control_of = control_of
        self._index = 0

    def parameter(self, name: str) -> float:
        """The value in force of a parameter of the proforma, in its unit."""
        try:
            return self._parameters[name]
        except KeyError:
            raise UnknownParameterError(name) from None

    def count(self, name: str) -> int:
        """A parameter that counts repetitions."""
        return round(self.parameter(name))

    def wait(self, seconds: float) -> None:
        """Let time pass on the plan's time base; virtual time costs nothing."""
        self._wait(seconds)

    @contextmanager
    def preamble(self, sentence: str) -> Iterator[None]:
        """Bring about the state that the case starts from. What fails here says nothing about the IUT."""
        with self._step("preamble", sentence):
            yield

    @contextmanager
    def step(self, sentence: str) -> Iterator[None]:
        """One step. Expectations that fail are noted, the step goes on, and its end stops the case."""
        with self._step("step", sentence):
            yield

    @contextmanager
    def _step(self, kind: str, sentence: str) -> Iterator[None]:
        if self._control_of is None:
            self._journal.open_step(kind, self._index, sentence)
        else:
            self._journal.open_step("control", self._index, f"{self._control_of}: {sentence}")
        self._index += 1
        try:
            try:
                yield
            except LinkOutcome as outcome:
                self._journal.found(self._blame(outcome))
            except TerminatedError as ending:
                self._journal.found(self._terminated(ending))
            except CertificateError as error:
                self._journal.found(self._unverified(error))
            except BenchLacksError as lack:
                self._journal.found(self._lacking(lack))
            except (NotShownError, NotInSessionError) as nothing:
                self._journal.found(_absent(nothing))
            except StepStopped:
                raise
            except Exception as error:  # noqa: BLE001  the one place where a crash of ours becomes an ERROR
                self._journal.found(crash(error))
        finally:
            findings = self._journal.close_step()
        if findings:
            raise StepStopped

    def _blame(self, outcome: LinkOutcome) -> Finding:
        where = Where(exchange=self._journal.last_exchange)
        code, detail = outcome_code(outcome), str(outcome)
        if isinstance(outcome, NotOffered):
            return Finding(code, Verdict.INCONC, "", "a bench that can do and show it", detail, where)
        if isinstance(outcome, _NOBODY):
            return Finding(code, Verdict.INCONC, "", "an answer of the operator", detail, where)
        if not isinstance(outcome, _THE_IUT_ITSELF) or not self._alive():
            return Finding(code, Verdict.ERROR, "", "a working bench", detail, where)
        return Finding(code, Verdict.FAIL, "", _EXPECTED.get(type(outcome), "none"), detail, where)

    def _terminated(self, ending: TerminatedError) -> Finding:
        """The card answered something with which no terminal could go on."""
        where = Where(exchange=self._journal.last_exchange)
        arguments: dict[str, str | int] = {"reason": ending.reason, "detail": ending.detail}
        expected = "an answer that a terminal can go on with"
        return Finding("transaction-terminated", Verdict.FAIL, "", expected, str(ending), where, arguments)

    def _unverified(self, error: CertificateError) -> Finding:
        """A certificate of the card does not verify, so that nothing signed under it can."""
        where = Where(exchange=self._journal.last_exchange, path=error.object)
        observed = f"{error.check}: {error.observed}"
        arguments: dict[str, str | int] = {"signed": ""}
        return Finding("fdda-not-verified", Verdict.FAIL, "", "verified", observed, where, arguments)

    def _lacking(self, lack: BenchLacksError) -> Finding:
        """The bench lacks what the judgement needs: nothing can be said about the IUT."""
        where = Where(exchange=self._journal.last_exchange)
        arguments: dict[str, str | int] = {"state": "CA key"}
        return Finding("state-not-reached", Verdict.INCONC, "", "CA key", str(lack), where, arguments)


def _absent(nothing: NotShownError | NotInSessionError) -> Finding:
    """What the case would go on with or judge is not there: nothing can be said about the IUT."""
    code = "not-shown" if isinstance(nothing, NotShownError) else "not-in-session"
    what = str(nothing)
    return Finding(code, Verdict.INCONC, "", what, "not there", arguments={"what": what})


def outcome_code(outcome: LinkOutcome) -> str:
    """The finding code of a link outcome: CardMute -> card-mute."""
    return code_of(type(outcome))


def code_of(kind: type[LinkOutcome]) -> str:
    """The finding code of a kind of link outcome."""
    name = kind.__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-")


def crash(error: Exception) -> Finding:
    """A finding about our own side, with where in our code it happened."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
    return Finding(
        "harness-error", Verdict.ERROR, "", "no fault of ours", f"{type(error).__name__}: {error}",
        arguments={"place": place},
    )  # fmt: skip
