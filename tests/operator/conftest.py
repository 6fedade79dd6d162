"""What the tests of a terminal with an operator share: the example bench, a stage, a case run to its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.catalogue.load import load_catalogue
from conformance.catalogue.product import read_product
from conformance.link.operator.terminal import OperatorTerminal
from conformance.runner.bench import find_bench, read_bench
from conformance.runner.execute import Stage, execute
from conformance.runner.hand import Hand
from conformance.runner.journal import Journal
from conformance.runner.opening import OpenBench
from conformance.runner.opening.operator import declared, note, offered

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.link.card import CardLink
    from conformance.link.operator.desk import Desk
    from conformance.model.run import CaseRecord

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(ROOT / "cases")
PARAMETERS = {name: each.default for name, each in CATALOGUE.proforma.parameters.items()}
BENCH = read_bench(find_bench("operator-example"))
SIMULATED = read_product(ROOT / "products" / "simulated" / "bus-validator.yaml", CATALOGUE.proforma)
PRODUCT = replace(SIMULATED, id="my-validator", device=None)


def no_reader(name: str) -> CardLink:
    raise AssertionError(f"nobody asked for the reader {name}")


def stage_of(desk: Desk, reader: Callable[[str], CardLink] = no_reader) -> Stage:
    """Everything that a case runs with, its operator being at this desk."""
    terminal = OperatorTerminal(desk, declared(PRODUCT, BENCH), BENCH.desk["shows"], note)
    hand = Hand(BENCH.samples, terminal.ask, note, reader)
    bench = OpenBench(
        terminal, None, offered(BENCH), (), simulated=False, time_base="real", desk=desk, hand=hand
    )
    return Stage(bench, Journal(), PARAMETERS)


def run_case(case_id: str, desk: Desk, reader: Callable[[str], CardLink] = no_reader) -> CaseRecord:
    """Run one case to its end."""
    return execute(stage_of(desk, reader), CATALOGUE.cases[case_id], None)
