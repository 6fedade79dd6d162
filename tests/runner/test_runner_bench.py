"""A bench takes what it can reach and refuses the rest."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.catalogue.product import read_product
from conformance.catalogue.proforma import read_proforma
from conformance.codec.documents import DocumentErrors
from conformance.model.refused import UnknownBenchError
from conformance.runner.bench import check_fit, find_bench, host_of, read_bench
from conformance.text import label

ROOT = Path(__file__).resolve().parents[2]
PROFORMA = read_proforma(ROOT / "cases" / "proforma")
VALIDATOR = read_product(ROOT / "products" / "simulated" / "bus-validator.yaml", PROFORMA)


@pytest.mark.parametrize("path", sorted((ROOT / "benches").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_bench_reads(path):
    assert read_bench(path).name == path.stem


def test_the_simulators_take_no_product_of_somebody_else():
    with pytest.raises(UnknownBenchError, match=r"docs/vendor\.md"):
        check_fit(read_bench(find_bench("embedded")), replace(VALIDATOR, device=None))


def test_a_card_reader_takes_no_terminal():
    bench = replace(read_bench(find_bench("embedded")), channel="pcsc")
    with pytest.raises(UnknownBenchError, match="takes a card"):
        check_fit(bench, VALIDATOR)


def bench_of(folder: Path, **terminal: object) -> Path:
    """A bench of the channel control whose terminal is reached so."""
    row = {
        "laboratory": "实验室", "location": "here", "channel": "control", "grade": "bench",
        "time_base": "real", "counts": "quick", "terminal": terminal,
    }  # fmt: skip
    path = folder / "bench.yaml"
    path.write_text(json.dumps({"bench": row}), encoding="utf-8")
    return path


ELSEWHERE = "192.0.2.7:7816"
KNOWN = {"tls": {"fingerprint": "00:" * 31 + "00"}}


@pytest.mark.parametrize(
    ("terminal", "said"),
    [
        ({}, "must give address or start for the channel control"),
        ({"address": "here"}, "must be HOST:PORT"),
        ({"address": ELSEWHERE}, "is not on this machine: token_file and tls must be given"),
        ({"address": ELSEWHERE, "token_file": "token"}, "is not on this machine"),
        ({"address": ELSEWHERE, **KNOWN}, "is not on this machine"),
        ({"address": ELSEWHERE, "tls": {}}, "tls"),
        ({"start": ["a", "{reader}"]}, "names a reader"),
        ({"start": ["a"], "card": "magnet"}, "card"),
    ],
    ids=repr,
)
def test_how_a_terminal_cannot_be_reached(tmp_path, terminal, said):
    with pytest.raises(DocumentErrors, match=re.escape(said)):
        read_bench(bench_of(tmp_path, **terminal))


def test_only_the_protocol_carries_apdus(tmp_path):
    path = bench_of(tmp_path, start=["a"], card="apdu")
    path.write_text(
        path.read_text(encoding="utf-8").replace('"control"', '"virtual-reader"'), encoding="utf-8"
    )
    with pytest.raises(DocumentErrors, match="is apdu, which only the channel control carries"):
        read_bench(path)


def test_token_and_ca_lie_beside_the_bench(tmp_path):
    files = {"token_file": "validator.token", "tls": {"ca": "ca.pem"}}
    terminal = read_bench(bench_of(tmp_path, address=ELSEWHERE, **files)).terminal
    beside = {"token_file": str(tmp_path / "validator.token"), "tls": {"ca": str(tmp_path / "ca.pem")}}
    assert terminal == {"address": ELSEWHERE, **beside}


@pytest.mark.parametrize(("address", "host"), [("127.0.0.1:5", "127.0.0.1"), ("[::1]:5", "::1")])
def test_the_host_of_an_address(address, host):
    assert host_of(address) == host


def test_a_file_that_is_not_there_is_answered_with_one_that_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-bench.yaml").touch()
    with pytest.raises(UnknownBenchError, match=r"no file my-bnech\.yaml; did you mean my-bench\.yaml"):
        find_bench("my-bnech.yaml")


def test_a_name_that_is_not_shipped_is_answered_with_one_that_is():
    with pytest.raises(UnknownBenchError, match=r"no bench embeded under .*; did you mean embedded"):
        find_bench("embeded")


def test_every_channel_has_a_name_on_the_report():
    schema = json.loads((ROOT / "conformance" / "runner" / "bench.schema.json").read_text(encoding="utf-8"))
    for channel in schema["properties"]["bench"]["properties"]["channel"]["enum"]:
        assert {label(f"identity.channel.{channel}", language) for language in ("zh", "en")}
