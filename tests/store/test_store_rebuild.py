"""The store says what records and ledgers say, in either database, and can be made from them at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import store_samples as samples
from sqlalchemy import select

from conformance.store import Store, StoreError, tables

if TYPE_CHECKING:
    from pathlib import Path


def rebuilt(store: Store, folder: Path) -> Any:
    return store.rebuild(folder, folder.rglob("run.jsonl"), {"example": samples.DECISIONS})


def content(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in tables.metadata.sorted_tables
        }


def test_every_run_and_decision_is_taken(store: Store, tmp_path: Path) -> None:
    result = rebuilt(store, samples.reports(tmp_path / "reports"))
    assert (result.runs, result.decisions, result.refused) == (3, 2, ())


def test_a_store_that_is_built_again_holds_the_same(store: Store, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    rebuilt(store, folder)
    before = content(store)
    rebuilt(store, folder)
    assert content(store) == before
    assert len(before["judged"]) == 10


def test_adding_runs_one_by_one_gives_what_a_rebuild_gives(store: Store, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    for path in sorted(folder.rglob("run.jsonl")):
        assert store.add(folder, path) is None
    one_by_one = content(store)
    store.rebuild(folder, folder.rglob("run.jsonl"), {})
    assert content(store) == one_by_one


def test_what_the_records_no_longer_say_is_forgotten(store: Store, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    rebuilt(store, folder)
    (folder / "a" / "run.jsonl").unlink()
    assert rebuilt(store, folder).runs == 2
    assert [row["firmware"] for row in store.runs()] == ["1.1", "1.2"]


@pytest.mark.tool("postgresql")
def test_both_databases_hold_the_same(postgresql: str, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    held = []
    for url in (postgresql, f"sqlite:///{tmp_path / 'other.sqlite'}"):
        with Store(url) as store:
            rebuilt(store, folder)
            held.append((content(store), store.runs(), store.case("TRN-BUS-060"), store.decisions()))
    assert held[0] == held[1]


def test_a_lost_database_comes_back(url: str, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    with Store(url) as store:
        rebuilt(store, folder)
        before = content(store)
        tables.metadata.drop_all(store.engine)
        with store.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
    with Store(url) as store:
        rebuilt(store, folder)
        assert content(store) == before


def test_a_record_that_was_altered_is_refused_with_its_place(store: Store, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    path = folder / "a" / "run.jsonl"
    path.write_bytes(path.read_bytes().replace("取处理选项".encode(), "取处理数据".encode()))
    result = rebuilt(store, folder)
    assert [(each.place, each.code) for each in result.refused] == [("a/run.jsonl", "altered")]
    assert result.runs == 2


def test_the_evidence_of_a_certificate_counts_once(store: Store, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    copy = folder / "certificates" / "SIM-1" / "run.jsonl"
    copy.parent.mkdir(parents=True)
    copy.write_bytes((folder / "a" / "run.jsonl").read_bytes())
    result = rebuilt(store, folder)
    assert (result.runs, result.refused) == (3, ())


def test_another_record_under_the_same_run_id_is_refused(store: Store, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    same_id = samples.header("2026-01", "9.9", "2026-07-01T08:00:00+00:00")
    samples.write(folder / "z" / "run.jsonl", same_id, [samples.passed("TRN-BUS-010")])
    (refused,) = rebuilt(store, folder).refused
    assert (refused.place, refused.code, refused.detail) == (
        "z/run.jsonl", "run-id-twice", {"other": "a/run.jsonl"},
    )  # fmt: skip


def test_a_run_that_was_resumed_takes_the_place_of_its_first_part(store: Store, tmp_path: Path) -> None:
    folder = samples.reports(tmp_path / "reports")
    rebuilt(store, folder)
    path = folder / "c" / "run.jsonl"
    path.unlink()
    header = samples.header("2026-03", "1.2", "2026-03-05T08:00:00+00:00")
    samples.write(path, header, [samples.passed(name) for name in samples.CASES])
    assert store.add(folder, path) is None
    assert store.runs()[-1]["counts"] == {"PASS": 3}


def test_the_migrations_make_the_tables_that_the_code_uses(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open database file"):
        Store(f"sqlite:///{tmp_path / 'no' / 'folder' / 'x.sqlite'}")
    with pytest.raises(StoreError, match=r"\*\*\*") as caught:
        Store(f"postgresql+psycopg://reader:s3cret@/x?host={tmp_path}")
    assert "s3cret" not in str(caught.value)


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(StoreError, match="Could not parse"):
        Store("store.sqlite")
