"""The plan for an operator: few changes, minutes, and before the first byte what no person can do or see."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner

from conformance.cli import main
from conformance.codec.documents import DocumentErrors
from conformance.model.verdict import Verdict
from conformance.runner.bench import UnknownBenchError, check_fit, read_bench
from conformance.runner.opening import with_nobody
from conformance.runner.rehearsal import Arrangement, arranged
from conftest import BENCH, CATALOGUE, PARAMETERS, PRODUCT, ROOT

if TYPE_CHECKING:
    from pathlib import Path

TESTABLE = {f"TRN-BUS-{number}" for number in ("090", "100", "130", "150", "250", "320", "330")}


def arrangement(bench=BENCH) -> Arrangement:
    with with_nobody(bench) as (offers, capks):
        return arranged(CATALOGUE, PRODUCT, bench, offers, capks, PARAMETERS)


def reasons(bench=BENCH) -> dict[str, str | None]:
    return {each.case.id: each.reason for each in arrangement(bench).plan}


def test_what_a_person_can_do_and_see_is_to_run():
    due = {each.case.id for each in arrangement().plan if each.verdict is None}
    assert due == TESTABLE


def test_the_whole_profile_stands_in_the_plan():
    planned = [each.case.id for each in arrangement().plan]
    assert sorted(planned) == sorted(CATALOGUE.proforma.profiles["transit-bus"].cases)


@pytest.mark.parametrize(
    ("case_id", "lacking"),
    [
        ("TRN-BUS-010", "O1"),
        ("TRN-BUS-030", "O1"),  # its control case needs it
        ("TRN-BUS-050", "O1, tear"),
        ("TRN-BUS-160", "O10"),
        ("TRN-BUS-230", "a sample with profile transit-card, pan 6210948000001100"),
    ],
)
def test_what_no_person_can_is_not_testable_and_says_why(case_id, lacking):
    assert reasons()[case_id] == f"bench lacks: {lacking}"


def test_what_the_terminal_does_not_show_is_not_testable():
    blind = replace(BENCH, desk={**BENCH.desk, "shows": {"O5": "screen"}})
    assert {each.verdict for each in arrangement(blind).plan} == {Verdict.NOT_TESTABLE}


def test_cases_of_the_same_samples_follow_each_other():
    """Samples S-01 and S-02, then the transport card S-03 alone, then S-04 and S-05: each once."""
    order = [each.case.id for each in arrangement().plan if each.verdict is None]
    with_card = {"TRN-BUS-250": "S-03", "TRN-BUS-150": "S-04"}
    samples = [with_card.get(case_id, "S-01") for case_id in order]
    assert sum(before != after for before, after in pairwise(samples)) == 2


def test_waiting_counts_into_the_minutes():
    minutes = arrangement().minutes
    assert minutes["TRN-BUS-250"] > 16  # the ride alone takes 960 seconds
    assert minutes.keys() == TESTABLE


def test_the_pace_of_the_bench_counts():
    slow = replace(BENCH, desk={**BENCH.desk, "pace": {"line_s": 60}})
    assert arrangement(slow).minutes["TRN-BUS-150"] > arrangement().minutes["TRN-BUS-150"]


def test_the_command_asks_nobody_and_says_the_minutes(tmp_path):
    text = (ROOT / "products" / "simulated" / "bus-validator.yaml").read_text(encoding="utf-8")
    product = tmp_path / "my-validator.yaml"
    product.write_text(text.replace("  device: bus-validator\n", "  id: my-validator\n"), encoding="utf-8")
    words = ["plan", "--product", str(product), "--bench", "operator-example", "--language", "zh"]
    ran = CliRunner().invoke(main, words)
    assert ran.exit_code == 0
    assert "操作员预计共需" in ran.output
    assert "约 " in next(line for line in ran.output.splitlines() if "TRN-BUS-150" in line)


def changed(tmp_path: Path, **members) -> Path:
    """The example bench with other members of its desk, or of itself."""
    given = yaml.safe_load((ROOT / "benches" / "operator-example.yaml").read_text(encoding="utf-8"))
    given["bench"]["desk"] |= members.pop("desk", {})
    given["bench"] |= members
    path = tmp_path / "bench.yaml"
    path.write_text(yaml.safe_dump(given), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"desk": {"address": "0.0.0.0:8400"}}, "token"),
        ({"desk": {"address": "192.168.1.7:8400", "token": "short"}}, "token"),
        ({"desk": {"address": "8400"}}, "HOST:PORT"),
        ({"desk": {"shows": {"O1": "screen"}}}, "O1"),
        ({"desk": {"disturbs": ["power"]}}, "power"),
        ({"time_base": "virtual"}, "real"),
    ],
)
def test_a_bench_that_contradicts_itself_is_refused(tmp_path, members, says):
    with pytest.raises(DocumentErrors, match=says):
        read_bench(changed(tmp_path, **members))


def test_another_address_is_served_with_a_token_of_its_own(tmp_path):
    desk = {"address": "0.0.0.0:8400", "token": "a-token-of-the-lab"}
    assert read_bench(changed(tmp_path, desk=desk)).desk["token"] == "a-token-of-the-lab"


def test_a_reader_of_cards_under_test_needs_its_name(tmp_path):
    with pytest.raises(DocumentErrors, match="reader"):
        read_bench(changed(tmp_path, channel="pcsc"))


def test_an_operator_takes_no_card():
    card = replace(PRODUCT, kind="card")
    with pytest.raises(UnknownBenchError, match="takes a terminal"):
        check_fit(BENCH, card)


def test_the_bench_of_the_documentation_reads(tmp_path):
    page = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    shown = yaml.safe_load(page.split("```yaml")[1].split("```")[0])["bench"]
    bench = read_bench(changed(tmp_path, **shown))
    assert [sample.serial for sample in bench.samples] == ["S-01", "S-05"]
