"""What the programs of a bench printed, beside the record: its name, its bounds, its fate."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import pytest

from conformance.link.said import Said
from conformance.record.chain import Line
from conformance.record.evidence import flaws
from conformance.record.privacy import Privacy
from conformance.runner import bench_log, history


def said(text):
    kept = Said()
    kept.add(text.encode())
    return kept


def test_a_run_that_went_on_keeps_both_logs_and_a_new_one_begins_afresh(tmp_path):
    names = [bench_log.keep(tmp_path, said(text), Privacy()).values["file"] for text in ("before", "after")]
    assert names == ["bench.log", "bench-2.log"]
    assert [path.read_text() for path in bench_log.kept(tmp_path)] == ["after", "before"]
    bench_log.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_official_run_takes_its_log_along(tmp_path, monkeypatch):
    bench_log.keep(tmp_path, said("official"), Privacy())
    (tmp_path / "run.jsonl").write_text("{}")
    monkeypatch.setattr(history, "_is_official", lambda _path: True)
    history.keep_official(tmp_path / "run.jsonl", SimpleNamespace(official=False))
    moved = sorted(path.name for path in (tmp_path / "earlier" / "001").iterdir())
    assert moved == ["bench.log", "run.jsonl"]


def test_a_name_that_a_card_showed_late_is_blotted_out_in_what_was_printed_early(tmp_path):
    privacy = Privacy()
    privacy._remember(b"ZHANG SAN", "name")
    bench_log.keep(tmp_path, said("welcome ZHANG SAN\ncard 6210948000000011\n"), privacy)
    written = (tmp_path / "bench.log").read_text()
    assert "ZHANG" not in written
    assert "6210948000000011" in written


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"printed", []), (b"altered", [("bench.log", "log-altered")]), (None, [])],
)
def test_a_log_that_was_altered_is_a_flaw_and_one_that_lies_elsewhere_is_none(content, found):
    told = {"file": "bench.log", "sha256": hashlib.sha256(b"printed").hexdigest()}
    line = Line("observation", 2, "", {"kind": "bench-log-file", "values": told})
    assert list(flaws([line], lambda _file: content)) == found


def test_a_record_names_no_file_elsewhere():
    told = {"file": "../bench.log", "sha256": "0" * 64}
    line = Line("observation", 2, "", {"kind": "bench-log-file", "values": told})
    assert list(flaws([line], lambda _file: b"")) == []
