"""The store itself: opened by URL, brought to the newest schema, filled from records and ledgers, asked."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, delete, event, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from conformance.record.reader import RecordError, read
from conformance.store import rows, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from sqlalchemy import Connection, Engine, Select, Table

    from conformance.model.programme import LedgerEntry
    from conformance.model.run import RunRecord

    Found = Sequence[Mapping[str, Any]]


class StoreError(Exception):
    """The database cannot be used; the text says which and why, without its password."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not taken: where it lies, the line at fault (None for the whole), code and detail.

    Codes are those of `record.reader.RecordError`, and "run-id-twice" {other} for a second, different
    record under the id of one that is already there.
    """

    place: str
    line: int | None
    code: str
    detail: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuilt store holds, and what it did not take."""

    runs: int
    decisions: int
    refused: tuple[Refusal, ...]


class Store:
    """A database with the store's tables at their newest revision."""

    def __init__(self, url: str) -> None:
        """Open the database and migrate it; StoreError when there is none behind the URL."""
        try:
            self._engine = create_engine(url)
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            raise StoreError(f"{url.partition('@')[2] or url}: {error}") from None
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
        try:
            _migrate(self._engine)
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name}: {_first_line(error)}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    @property
    def name(self) -> str:
        """The URL with its password covered."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def engine(self) -> Engine:
        return self._engine

    def rebuild(
        self, reports: Path, records: Iterable[Path], ledgers: Mapping[str, Iterable[LedgerEntry]]
    ) -> Rebuilt:
        """Forget everything and read it again, in one transaction: a reader sees the old or the new whole.

        `records` lie below `reports`; `ledgers` are programmes' verified ledgers by name.
        """
        refused: list[Refusal] = []
        with self._engine.begin() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(delete(table))
            for path in sorted(records):
                refused += _taken(connection, path, path.relative_to(reports).as_posix())
            for programme, entries in sorted(ledgers.items()):
                _insert(connection, tables.decided, rows.of_ledger(programme, entries))
            runs, decisions = (
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.run, tables.decided)
            )
        return Rebuilt(runs, decisions, tuple(refused))

    def add(self, reports: Path, record: Path) -> Refusal | None:
        """Take one more record, or say why not; one that grew since (a resumed run) replaces itself."""
        with self._engine.begin() as connection:
            return next(iter(_taken(connection, record, record.relative_to(reports).as_posix())), None)

    def runs(self, product: str | None = None) -> Found:
        """All runs, or a product's, oldest first, with the number of cases by verdict under "counts"."""
        query = select(tables.run).order_by(tables.run.c.started, tables.run.c.id)
        if product is not None:
            query = query.where(tables.run.c.product == product)
        counts = self._counts()
        return [{**row, "counts": counts.get(row["id"], {})} for row in self._all(query)]

    def case(self, case_id: str, product: str | None = None) -> Found:
        """How a case ended in every run, oldest first; the last attempt of a run stands last."""
        run, judged = tables.run.c, tables.judged.c
        query = (
            select(
                run.started, run.product, run.firmware, judged.run, judged.revision, judged.attempt,
                judged.verdict, judged.headline, run.place,
            )
            .join_from(tables.judged, tables.run)
            .where(judged.case_id == case_id)
            .order_by(run.started, judged.run, judged.place)
        )  # fmt: skip
        return self._all(query if product is None else query.where(run.product == product))

    def findings(self, code: str) -> Found:
        """Where a finding was made, oldest first."""
        run, judged, finding = tables.run.c, tables.judged.c, tables.finding.c
        query = (
            select(
                run.started, run.product, run.firmware, judged.case_id, finding.expected, finding.observed,
                finding.exchange, run.place,
            )
            .select_from(tables.finding)
            .join(tables.run, finding.run == run.id)
            .join(tables.judged, (judged.run == finding.run) & (judged.place == finding.place))
            .where(finding.code == code)
            .order_by(run.started, finding.run, finding.place, finding.number)
        )  # fmt: skip
        return self._all(query)

    def requirements(self, run_id: str) -> Found:
        """Each clause that a run judged: how often, how often it held, in how many cases."""
        requirement = tables.requirement.c
        query = (
            select(
                requirement.ref,
                func.count().label("cases"),
                func.sum(requirement.evaluated).label("evaluated"),
                func.sum(requirement.held).label("held"),
            )
            .where(requirement.run == run_id)
            .group_by(requirement.ref)
            .order_by(requirement.ref)
        )
        return self._all(query)

    def decisions(self, programme: str | None = None) -> Found:
        """What people decided, in the ledgers' order."""
        query = select(tables.decided).order_by(tables.decided.c.programme, tables.decided.c.number)
        if programme is not None:
            query = query.where(tables.decided.c.programme == programme)
        return self._all(query)

    def _counts(self) -> dict[str, dict[str, int]]:
        """Cases by verdict for every run; of a case that was repeated the last attempt counts."""
        judged = tables.judged.c
        query = select(judged.run, judged.case_id, judged.verdict).order_by(judged.run, judged.place)
        last = {(row["run"], row["case_id"]): row["verdict"] for row in self._all(query)}
        counts: dict[str, dict[str, int]] = {}
        for (run, _), verdict in last.items():
            of_run = counts.setdefault(run, {})
            of_run[verdict] = of_run.get(verdict, 0) + 1
        return counts

    def _all(self, query: Select[Any]) -> Found:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _migrate(engine: Engine) -> None:
    with as_file(files("conformance.store") / "migrations") as folder, engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """SQLite holds foreign keys only when told to; WAL lets a reader read while a run is added."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _taken(connection: Connection, path: Path, place: str) -> list[Refusal]:
    """Take a record, or refuse it; the evidence of a certificate is a copy, and counts once."""
    try:
        record = read(path, incomplete=True)
    except RecordError as error:
        return [Refusal(place, error.line, error.code, error.detail)]
    run = tables.run
    known = connection.execute(select(run).where(run.c.id == record.header.run_id)).mappings().first()
    if known is not None:
        if known["digest"] is not None or known["place"] != place:
            return _as_known(record, place, dict(known))
        connection.execute(delete(run).where(run.c.id == record.header.run_id))
    for table, values in rows.of_record(record, place).items():
        _insert(connection, table, values)
    return []


def _as_known(record: RunRecord, place: str, known: Mapping[str, Any]) -> list[Refusal]:
    digest = record.footer.digest if record.footer else None
    if digest == known["digest"]:
        return []
    return [Refusal(place, None, "run-id-twice", {"other": known["place"]})]


def _insert(connection: Connection, table: Table, values: list[rows.Row]) -> None:
    if values:
        connection.execute(insert(table), values)


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
