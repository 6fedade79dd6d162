"""Terminals whose values keep the protocol and make no sense: no ending says that we are at fault."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from conformance.catalogue.load import load_catalogue
from conformance.catalogue.product import read_product
from conformance.model.verdict import Verdict
from conformance.runner.bench import read_bench
from conformance.runner.execute import Stage, execute
from conformance.runner.journal import Journal
from conformance.runner.opening import opened
from conformance.sim import terminal as simulated_terminal

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(ROOT / "cases")
BENCH = read_bench(ROOT / "benches" / "embedded.yaml")
PARAMETERS = {
    name: each.default if each.quick is None else each.quick
    for name, each in CATALOGUE.proforma.parameters.items()
}
WORDS = ("", "x", "-1", "9" * 30, "2026-13-45", "不", "6210948000000011", "0G", "zz" * 5, "\x00\x1b[2J", " 1")
NUMBERS = (0, -1, 1, 2**63 - 1, 1 - 2**63)


class Lying:
    """A good terminal, but some values are others, and some logs are short, doubled or turned."""

    def __init__(self, device, rng: Random) -> None:
        self._device, self._rng = device, rng
        self._often = rng.choice([0.02, 0.1, 0.5])

    def __getattr__(self, name: str) -> object:
        return getattr(self._device, name)

    def observe(self, kind):
        values = [self._lie(each) for each in self._device.observe(kind)]
        way = self._rng.randrange(20)
        return {0: values[:-1], 1: [], 2: values * 2, 3: values[::-1]}.get(way, values)

    def present(self, card, interface="contactless"):
        return self._lie(self._device.present(card, interface))

    def swipe(self, stripe):
        return self._lie(self._device.swipe(stripe))

    def _lie(self, value):  # noqa: PLR0911  a way for each type
        if dataclasses.is_dataclass(value):
            members = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
            return dataclasses.replace(value, **{name: self._lie(each) for name, each in members.items()})
        if self._rng.random() > self._often:
            return value
        match value:
            case bool():
                return not value
            case int():
                return self._rng.choice([*NUMBERS, value + 1])
            case str():
                return self._rng.choice(WORDS)
            case bytes():
                return self._rng.choice([b"", value[:-1], value[: len(value) // 2], bytes(5000)])
            case tuple():
                return tuple(self._lie(each) for each in value)
            case Mapping():
                return {name: self._lie(each) for name, each in value.items() if self._rng.randrange(9)}
        return value


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("device", ["bus-validator", "hospital-counter", "pos", "scenic-gate", "toll-exit"])
def test_a_lying_terminal_ends_each_case_of_its_profile(device, seed):
    product = read_product(ROOT / "products" / "simulated" / f"{device}.yaml", CATALOGUE.proforma)
    endings = Counter()
    with opened(BENCH, product) as bench:
        for name in CATALOGUE.proforma.profiles[product.profile].cases:
            terminal = Lying(simulated_terminal.build(device), Random(f"{seed} {name}"))
            stage = Stage(dataclasses.replace(bench, terminal=terminal), Journal(), PARAMETERS)
            case = CATALOGUE.cases[name]
            record = execute(stage, case, CATALOGUE.cases[case.control] if case.control else None)
            endings[record.verdict] += 1
            assert record.verdict is not Verdict.ERROR, (name, record.headline)
    assert endings[Verdict.FAIL] > 0
