"""The toll exit as a program of its own, reading cards through PC/SC, is judged like the one in process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.codec import apdu, purse, toll
from conformance.codec.purse import Initiated, Purchase, PurseBusiness
from conformance.link.memory import MemoryCard
from conformance.link.pcsc import PcscCard
from conformance.link.pcscd import PcscService
from conformance.link.vpcd import VirtualReader
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.sim import sector_card

ROOT = Path(__file__).resolve().parents[2]


def run(reports: Path, bench: str, *more: str):
    command = ["run", *more, "--product", "simulated/toll-exit", "--bench", bench]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *command, "--reports", str(reports)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return done, read(reports / "simulated-toll-exit" / "run.jsonl")


def judged(record):
    """Verdict and course of every case."""
    return {
        case.id: (case.verdict, [exchange.outcome for exchange in case.exchanges]) for case in record.cases
    }


@pytest.mark.tool("pcsc")
def test_every_case_is_judged_the_same_with_the_same_dialogue(tmp_path):
    _, over_pcsc = run(tmp_path / "pcsc", "virtual-reader")
    _, in_process = run(tmp_path / "memory", "embedded")
    cases = judged(over_pcsc)
    assert len(cases) == 34
    assert {verdict for verdict, _ in cases.values()} == {Verdict.PASS}
    assert cases == judged(in_process)


@pytest.mark.tool("pcsc")
@pytest.mark.parametrize(
    ("defect", "case", "finding"),
    [
        ("second-debit-after-lost-answer", "TOL-EXT-200", "command-sent"),
        ("sells-before-reversing", "TOL-EXT-260", "order-differs"),
        ("debit-forgotten-at-power-cut", "TOL-EXT-250", "command-sent"),
    ],
)
def test_a_defect_fails_with_the_same_finding(tmp_path, defect, case, finding):
    done, record = run(tmp_path, "virtual-reader", case, "--defect", defect)
    (failed,) = [each for each in record.cases if each.id == case]
    assert (done.returncode, failed.headline.code) == (1, finding)


@pytest.mark.tool("pcsc")
def test_the_toll_user_card_answers_through_the_virtual_reader():
    with PcscService() as service, VirtualReader(service.host, service.card_port) as field:
        field.plug(MemoryCard(sector_card.toll_card(sector_card.TollCardData(balance=4_200))))
        card = PcscCard(service.reader)
        try:
            card.reset()
            assert card.exchange(purse.select_file(toll.DIRECTORY)).ok
            assert len(card.exchange(purse.read_binary(toll.ISSUE, 43)).data) == 43
            assert len(card.exchange(apdu.read_record(toll.COMPOSITE, 1)).data) == 43
            command = purse.initialize_for_purchase(
                PurseBusiness.COMPOSITE, Purchase(100, sector_card.PSAM_TERMINAL)
            )
            assert Initiated.parse(card.exchange(command).data).balance == 4_200
        finally:
            card.close()
