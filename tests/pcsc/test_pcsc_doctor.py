"""`conformance doctor` beside a real pcscd with a virtual reader: what it finds, measures and keeps."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.link import reader
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import NoPcscService
from conformance.link.pcscd import PcscService
from conformance.link.t0 import T0Card
from conformance.link.vpcd import VirtualReader
from conformance.runner.bench import read_bench
from conformance.runner.uncertainty import COUNT
from conformance.sim.card import CONTACT_ATR, T1_ATR, build

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.tool("pcsc")

BENCH = """\
bench:
  laboratory: a laboratory
  location: here
  channel: pcsc
  grade: bench
  time_base: real
  counts: quick
  card: {{reader: "{reader}"}}
"""
NOTICED_S = 1.0


@pytest.fixture(name="service", scope="module")
def service_fixture(lacking):
    service = PcscService()
    try:
        service.start()
    except NoPcscService as reason:
        lacking("pcsc", str(reason))
    yield service
    service.stop()


@pytest.fixture(name="field")
def field_fixture(service):
    with VirtualReader(service.host, service.card_port) as field:
        yield field
    time.sleep(NOTICED_S)


@pytest.fixture(name="bench")
def bench_fixture(service, tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(BENCH.format(reader=service.reader), encoding="utf-8")
    return path


def doctor(*words: object) -> Result:
    return CliRunner().invoke(main, ["doctor", *map(str, words), "--language", "en"])


def plugged(field: VirtualReader, card: object) -> None:
    field.plug(card)
    time.sleep(NOTICED_S)


def test_an_empty_reader_is_told_as_such(service) -> None:
    done = doctor()
    assert done.exit_code == 0
    assert f"  {service.reader}\n" in done.output
    assert "reader-empty: no card is in this reader" in done.output


def test_a_card_over_t0_shows_the_way_to_it(service, field) -> None:
    plugged(field, T0Card(MemoryCard(build("debit-credit"))))
    found = reader.facts(service.reader).card
    assert found is not None
    assert (found.atr, found.protocols, found.contactless) == (CONTACT_ATR, ("T=0",), False)
    assert (found.hands_on_61xx, found.extended) == (True, True)
    said = doctor().output
    assert f"card-in: {CONTACT_ATR.hex().upper()}" in said
    assert "61xx of T=0: handed on to the program" in said


def test_a_card_over_t1_shows_no_61xx(service, field) -> None:
    plugged(field, MemoryCard(build("debit-credit", contact_atr=T1_ATR)))
    found = reader.facts(service.reader).card
    assert found is not None
    assert (found.protocols, found.hands_on_61xx) == (("T=1",), None)


def test_a_contactless_card_is_known_by_its_atr(service, field) -> None:
    plugged(field, MemoryCard(build("electronic-cash")))
    found = reader.facts(service.reader).card
    assert found is not None
    assert found.contactless
    assert "contactless: the reader speaks T=CL" in doctor().output


def test_a_reader_that_is_not_there_is_a_fault_of_its_own() -> None:
    found = reader.facts("No such reader")
    assert found.card is None
    assert found.fault


def test_what_is_measured_is_kept_with_the_bench_and_used_by_it(field, bench: Path) -> None:
    plugged(field, T0Card(MemoryCard(build("debit-credit"))))
    assert read_bench(bench).uncertainty_ms is None
    done = doctor("--bench", bench)
    assert done.exit_code == 0, done.output
    kept = json.loads(bench.with_suffix(".measured.json").read_text(encoding="utf-8"))
    (measured,) = kept["readers"]
    assert measured["round_trip"]["count"] == COUNT
    assert (
        0 < measured["round_trip"]["least"] <= measured["round_trip"]["p50"] <= measured["round_trip"]["most"]
    )
    assert measured["facts"]["card"]["atr"] == CONTACT_ATR.hex().upper()
    with_u = read_bench(bench)
    assert with_u.uncertainty_ms == measured["uncertainty_ms"] >= 1
    assert with_u.measured is not None
    assert f"U = {measured['uncertainty_ms']} ms" in done.output


def test_nothing_is_kept_of_a_bench_whose_reader_is_empty(bench: Path) -> None:
    done = doctor("--bench", bench)
    assert done.exit_code == 3
    assert "reader-empty: measuring needs this reader with a card in it" in done.output
    assert not bench.with_suffix(".measured.json").exists()


def test_a_run_on_such_a_bench_says_so_in_its_record(field, bench: Path, tmp_path: Path) -> None:
    from conformance.record.reader import read

    plugged(field, T0Card(MemoryCard(build("debit-credit"))))
    assert doctor("--bench", bench).exit_code == 0
    words = ["run", "--product", "simulated/debit-credit-card", "--bench", bench, "CRD-GPO-020"]
    CliRunner().invoke(main, [*map(str, words), "--reports", str(tmp_path / "out")])
    header = read(next((tmp_path / "out").glob("*/run.jsonl"))).header
    told = header.bench["measured"]
    assert header.parameters["U"]["value"] == told["readers"][0]["uncertainty_ms"]
    assert "timing" in header.bench["offers"]
    page = next((tmp_path / "out").glob("*/report.html")).read_text(encoding="utf-8")
    assert "measured by conformance doctor at" in page
