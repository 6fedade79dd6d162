"""What is written is what is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from record_samples import HEADER, LOST, RUN, exchange, opened, write_case, write_run

from conformance.model.run import StepRecord
from conformance.model.verdict import Verdict
from conformance.record.chain import link, sealed
from conformance.record.reader import RecordError, read, read_lines

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def test_header_reads_back_as_it_was(path: Path) -> None:
    assert read(write_run(path)).header == HEADER


def test_cases_read_back_as_they_were(path: Path) -> None:
    assert read(write_run(path)).cases == RUN


def test_footer_holds_the_counts(path: Path) -> None:
    footer = read(write_run(path)).footer
    assert footer is not None
    assert footer.counts == {"PASS": 1, "FAIL": 1, "N/A": 1}


def test_every_line_is_json_with_readable_chinese(path: Path) -> None:
    text = write_run(path).read_text("utf-8")
    assert all(json.loads(line)["t"] for line in text.splitlines())
    assert "公交验票机" in text


def test_the_header_is_there_as_soon_as_the_record_is_open(path: Path) -> None:
    with opened(path):
        assert [line.kind for line in read_lines(path, incomplete=True)] == ["header"]


def test_a_record_is_never_written_over(path: Path) -> None:
    write_run(path)
    with pytest.raises(FileExistsError):
        opened(path)


def test_an_incomplete_record_is_refused_unless_asked_for(path: Path) -> None:
    with opened(path) as writer:
        write_case(writer, RUN[0])
    with pytest.raises(RecordError, match="no-footer"):
        read(path)


def test_an_incomplete_record_keeps_what_it_holds(path: Path) -> None:
    with opened(path) as writer:
        write_case(writer, RUN[0])
    record = read(path, incomplete=True)
    assert (record.cases, record.footer) == (RUN[:1], None)


def test_the_case_in_progress_is_not_run_and_keeps_its_exchanges(path: Path) -> None:
    with opened(path) as writer:
        writer.case_started("TRN-BUS-050", 1, 1)
        writer.step_started("step", 0, "Tap")
        writer.event(exchange(1))
    case = read(path, incomplete=True).cases[0]
    assert (case.verdict, case.reason, case.exchanges) == (Verdict.NOT_RUN, "interrupted", (exchange(1),))


def test_a_cut_line_is_dropped(path: Path) -> None:
    whole = write_run(path).read_bytes()
    path.write_bytes(whole[:-20])
    assert read(path, incomplete=True).cases == RUN


def test_an_event_before_any_step_is_kept_in_an_unnamed_preamble(path: Path) -> None:
    with opened(path) as writer:
        writer.case_started("TRN-BUS-050", 1, 1)
        writer.event(LOST)
    assert read(path, incomplete=True).cases[0].steps == (StepRecord("preamble", -1, "", (LOST,)),)


def test_a_lone_surrogate_in_a_reason_does_not_stop_the_record(path: Path) -> None:
    with opened(path) as writer:
        writer.case_started("TRN-BUS-050", 1, 1)
        writer.case_ended(Verdict.ERROR, None, "crash: \udc80", 1)
    assert read(path, incomplete=True).cases[0].reason == "crash: \udc80"


def test_an_unknown_schema_is_refused(path: Path) -> None:
    path.write_bytes(sealed_footer_after(b'"schema":99,"cases":[]'))
    with pytest.raises(RecordError) as refused:
        read(path)
    assert (refused.value.line, refused.value.code) == (1, "unknown-schema")


def test_a_header_that_lacks_a_field_is_refused_with_its_line(path: Path) -> None:
    path.write_bytes(sealed_footer_after(b'"schema":1,"cases":[]'))
    with pytest.raises(RecordError) as refused:
        read(path)
    assert (refused.value.line, refused.value.code) == (1, "unreadable")


def sealed_footer_after(header: bytes) -> bytes:
    """A well chained record of a header and a footer."""
    from conformance.record.chain import NOTHING_BEFORE, digest

    first = link("header", 1, NOTHING_BEFORE, header.decode())
    last = sealed(link("footer", 2, digest(first), '"finished":"","counts":{}'))
    return first + b"\n" + last + b"\n"
