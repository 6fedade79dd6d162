"""What the store is asked, and answers in an order that does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import store_samples as samples

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.store import Store


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    folder = samples.reports(tmp_path / "reports")
    store.rebuild(folder, folder.rglob("run.jsonl"), {"example": samples.DECISIONS})
    return store


def test_runs_stand_oldest_first_with_their_verdicts(filled: Store) -> None:
    assert [(row["firmware"], row["counts"]) for row in filled.runs()] == [
        ("1.0", {"PASS": 1, "FAIL": 1, "NOT RUN": 1}),
        ("1.1", {"PASS": 3}),
        ("1.2", {"PASS": 1, "NOT RUN": 2}),
    ]


def test_a_run_that_was_cut_off_has_no_end_and_no_digest(filled: Store) -> None:
    *_, last = filled.runs()
    assert (last["finished"], last["digest"]) == (None, None)


def test_runs_of_another_product_are_left_out(filled: Store) -> None:
    assert len(filled.runs("acme/validator")) == 3
    assert filled.runs("acme/gate") == []


def test_a_case_is_followed_through_the_firmwares(filled: Store) -> None:
    assert [(row["firmware"], row["verdict"], row["headline"]) for row in filled.case("TRN-BUS-050")] == [
        ("1.0", "FAIL", "not-sent"),
        ("1.1", "PASS", None),
        ("1.2", "NOT RUN", None),
    ]


def test_a_repeated_case_shows_each_attempt(filled: Store) -> None:
    shown = [(row["firmware"], row["attempt"], row["verdict"]) for row in filled.case("TRN-BUS-060")]
    assert shown == [
        ("1.0", 0, "NOT RUN"), ("1.1", 1, "INCONC"), ("1.1", 2, "PASS"), ("1.2", 0, "NOT RUN"),
    ]  # fmt: skip


def test_a_finding_is_found_with_what_was_observed(filled: Store) -> None:
    (found,) = filled.findings("not-sent")
    assert (found["case_id"], found["firmware"], found["observed"], found["place"]) == (
        "TRN-BUS-050", "1.0", "取处理选项", "a/run.jsonl",
    )  # fmt: skip


def test_a_clause_is_counted_over_a_run(filled: Store) -> None:
    assert filled.requirements("2026-01") == [
        {"ref": samples.FLASH, "cases": 2, "evaluated": 3, "held": 2},
    ]


def test_decisions_keep_the_order_of_their_ledger(filled: Store) -> None:
    kinds = [(row["kind"], row["when"], row["before"]) for row in filled.decisions("example")]
    assert kinds == [("issued", "2026-02-09", None), ("withdrawn", "2026-06-01", {"state": "valid"})]
