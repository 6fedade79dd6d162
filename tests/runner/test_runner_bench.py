"""A bench takes what it can reach and refuses the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.catalogue.product import read_product
from conformance.catalogue.proforma import read_proforma
from conformance.runner.bench import UnknownBenchError, check_fit, find_bench, read_bench

ROOT = Path(__file__).resolve().parents[2]
PROFORMA = read_proforma(ROOT / "cases" / "proforma")
VALIDATOR = read_product(ROOT / "products" / "simulated" / "bus-validator.yaml", PROFORMA)


@pytest.mark.parametrize("path", sorted((ROOT / "benches").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_bench_reads(path):
    assert read_bench(path).name == path.stem


def test_the_simulators_take_no_product_of_somebody_else():
    with pytest.raises(UnknownBenchError, match="README"):
        check_fit(read_bench(find_bench("embedded")), replace(VALIDATOR, device=None))


def test_a_card_reader_takes_no_terminal():
    bench = replace(read_bench(find_bench("embedded")), channel="pcsc")
    with pytest.raises(UnknownBenchError, match="takes a card"):
        check_fit(bench, VALIDATOR)
