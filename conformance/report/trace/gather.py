"""What is shown of a file: its sessions, followed, each exchange with what was found at it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from conformance.crypto import authority, sm_authority
from conformance.crypto.issuer_keys import IssuerKeys
from conformance.record.reader import RecordError, read
from conformance.record.spied.session import read_session
from conformance.record.spied.session_error import SessionError
from conformance.report.trace.session import follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.model.run import CaseRecord, Exchange, Finding, RunHeader
    from conformance.report.trace.session import CheckResult, Followed

_RECORD_BEGINS = b'{"t":"header"'


@dataclass(frozen=True, slots=True)
class Session:
    """Exchanges that belong together: a case of a record, or a whole session file, which has no title.

    `gaps` is how long nothing was sent before an exchange, in microseconds, by its number; empty where the
    source knows no times. `findings` are those that point at an exchange, by its number. `unofficial` is
    "dry" or "rerun" for exchanges of a run that cannot certify.
    """

    title: str | None
    followed: tuple[Followed, ...]
    gaps: Mapping[int, int] = field(default_factory=dict)
    findings: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)
    simulated: bool = False
    replay: bool = False
    unofficial: str = ""

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        return tuple(check for each in self.followed for check in each.checks)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(each.exchange for each in self.followed)


def gather(
    path: Path, *, case: str | None = None, exchange: int | None = None, issuer: IssuerKeys | None = None
) -> tuple[Session, ...]:
    """Read and follow a session file or a run's record.

    `case` chooses a case of a record, `exchange` one exchange; what surrounds it is still followed, so that
    lists and keys are known. A record of simulated cards is followed with the demonstration keys unless
    they were a laboratory's, or `issuer` says otherwise. Raises SessionError, OSError.
    """
    found = (
        _of_record(path, case, issuer) if is_record(path) else [_session(None, read_session(path), issuer)]
    )
    if case is not None and not found:
        raise SessionError(f"{path}: no case {case} with exchanges in this record")
    if exchange is None:
        return tuple(found)
    chosen = tuple(filter(lambda session: session.followed, (_only(each, exchange) for each in found)))
    if not chosen:
        raise SessionError(f"{path}: no exchange {exchange}")
    return chosen


def is_record(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_RECORD_BEGINS)) == _RECORD_BEGINS


def demonstration_keys() -> IssuerKeys:
    """The master keys of the built-in issuers, whose cards are simulated."""
    return IssuerKeys(authority.demonstration().imk, sm_authority.demonstration().imk)


def _of_record(path: Path, wanted: str | None, issuer: IssuerKeys | None) -> list[Session]:
    try:
        record = read(path, incomplete=True)
    except RecordError as error:
        raise SessionError(f"{path}: {error}") from error
    own = record.header.bench.get("keys", {}).get("demonstration", True)
    if issuer is None and record.header.simulated and own:
        issuer = demonstration_keys()
    return [
        replace(
            _session(case.id, case.exchanges, issuer),
            findings=_findings(case),
            simulated=record.header.simulated,
            unofficial=_unofficial(record.header),
            replay=bool(record.header.replay),
        )
        for case in record.cases
        if wanted in (None, case.id) and case.exchanges
    ]


def _unofficial(header: RunHeader) -> str:
    """What keeps a run from certifying, besides that it was replayed, which is said by itself."""
    if header.official or header.replay:
        return ""
    return "rerun" if header.repeats else "dry"


def _session(title: str | None, exchanges: tuple[Exchange, ...], issuer: IssuerKeys | None) -> Session:
    return Session(title, tuple(follow(exchanges, issuer)), dict(_gaps(exchanges)))


def _findings(case: CaseRecord) -> dict[int, tuple[Finding, ...]]:
    placed: dict[int, tuple[Finding, ...]] = {}
    for finding in case.findings:
        if finding.where.exchange is not None:
            placed[finding.where.exchange] = (*placed.get(finding.where.exchange, ()), finding)
    return placed


def _gaps(exchanges: tuple[Exchange, ...]) -> Iterator[tuple[int, int]]:
    for before, after in pairwise(exchanges):
        if after.at > before.at:
            yield after.number, max(0, after.at - before.at - before.duration)


def _only(session: Session, number: int) -> Session:
    kept = tuple(each for each in session.followed if each.exchange.number == number)
    return replace(session, followed=kept)
