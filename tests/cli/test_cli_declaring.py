"""From an empty template to a plan: what a vendor declares is asked, reviewed, and decides what runs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from click.testing import CliRunner

from conformance.catalogue.load import load_catalogue
from conformance.cli import main

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS = ROOT / "products" / "simulated"
PROFORMA = ROOT / "cases" / "proforma"
SCHEMA = json.loads((ROOT / "conformance" / "catalogue" / "product.schema.json").read_text(encoding="utf-8"))
KINDS = ("terminal", "card")
DEVICES = {"terminal": "bus-validator", "card": "electronic-cash-card"}


def conformance(*words: object):
    return CliRunner().invoke(main, list(map(str, words)), env={"CONFORMANCE_LANGUAGE": "en"})


def template(kind):
    done = conformance("ics", "template", kind)
    assert done.exit_code == 0, done.output
    return done.stdout


def shipped(kind):
    return (PRODUCTS / f"{DEVICES[kind]}.yaml").read_text(encoding="utf-8")


def filled(kind):
    """The template with the answers of the shipped product of its kind."""
    answers = yaml.safe_load(shipped(kind))
    given = {**answers["product"], **{name: str(value).lower() for name, value in answers["ics"].items()}}
    lines = []
    for line in template(kind).splitlines():
        name = line.strip().removesuffix(":")
        lines.append(f"{line} {given[name]}" if line.endswith(":") and name in given else line)
    return "\n".join(lines) + "\n"


def checked(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return conformance("ics", "check", "--product", path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_asks_every_item_of_its_kind_in_both_languages(kind):
    text = template(kind)
    items = yaml.safe_load((PROFORMA / "ics.yaml").read_text(encoding="utf-8"))["items"]
    asked = {name: item["question"] for name, item in items.items() if item["kind"] == kind}
    assert set(yaml.safe_load(text)["ics"]) == set(asked)
    assert all(question["zh"] in text and question["en"] in text for question in asked.values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_asks_all_that_the_schema_demands(kind):
    demanded = SCHEMA["properties"]["product"]["required"]
    assert set(demanded) <= set(yaml.safe_load(template(kind))["product"])


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_template_ends_with_4_and_every_line_that_is_left(kind, tmp_path):
    done = checked(tmp_path, template(kind))
    left = [n for n, line in enumerate(template(kind).splitlines(), 1) if is_left(line)]
    assert done.exit_code == 4
    assert [int(line.split(":")[1]) for line in done.stderr.splitlines()] == left


def is_left(line):
    return line.startswith("  ") and line.endswith(":") and not line.strip().startswith("#")


@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_template_is_in_order(kind, tmp_path):
    done = checked(tmp_path, filled(kind))
    assert (done.exit_code, "in order" in done.stdout) == (0, True), done.stderr


def test_a_template_for_nothing_we_test_ends_with_2():
    done = conformance("ics", "template", "toaster")
    assert (done.exit_code, "there are: card, terminal" in done.stderr) == (2, True)


@pytest.mark.parametrize("kind", KINDS)
def test_an_all_no_ics_ends_with_4(kind, tmp_path):
    assert checked(tmp_path, shipped(kind).replace(": true", ": false")).exit_code == 4


@pytest.mark.parametrize("item", ["CONTACTLESS", "EC", "BLACKLIST"])
def test_each_mandatory_item_denied_ends_with_4_and_its_line(item, tmp_path):
    text = shipped("terminal")
    done = checked(tmp_path, text.replace(f"TERMINAL.{item}: true", f"TERMINAL.{item}: false"))
    line = 1 + next(n for n, row in enumerate(text.splitlines()) if f"TERMINAL.{item}:" in row)
    assert (done.exit_code, f"mine.yaml:{line}: ics.TERMINAL.{item}" in done.stderr) == (4, True)


def test_all_contradictions_are_named_at_once_with_the_nearest_name(tmp_path):
    text = shipped("terminal").replace("TERMINAL.EC: true", "TERMINAL.EC: false")
    done = checked(tmp_path, text.replace("FLASH_CARD", "FLASHCARD").replace("ixit: {}", "ixit: {taps: 50}"))
    assert done.exit_code == 4
    assert 'did you mean "TERMINAL.FLASH_CARD"' in done.stderr
    assert "ics.TERMINAL.EC is denied" in done.stderr
    assert "ixit.taps is 50" in done.stderr


def test_a_product_that_is_not_there_ends_with_2():
    assert conformance("ics", "check", "--product", "simulated/bus-validater").exit_code == 2


def test_the_plan_says_what_runs_and_names_itself():
    done = conformance("plan", "--product", "simulated/bus-validator")
    assert done.exit_code == 0
    assert "TRN-BUS-050@1" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("plan transit-bus ")


def test_the_plan_names_the_item_by_which_a_case_is_not_applicable(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(shipped("terminal").replace("FLASH_CARD: true", "FLASH_CARD: false"), encoding="utf-8")
    done = conformance("plan", "--product", path)
    _, _, excluded = done.stdout.partition("N/A not applicable")
    row = next(line for line in excluded.splitlines() if "TRN-BUS-050" in line)
    assert row.endswith("not supported according to the ICS: TERMINAL.FLASH_CARD")


def test_the_plan_names_what_a_bench_lacks(monkeypatch):
    everything = {need for case in load_catalogue(ROOT / "cases").cases.values() for need in case.needs}

    @contextmanager
    def opened(bench, product, kinds):
        yield SimpleNamespace(offers=everything - {"tear"}, samples=None)

    monkeypatch.setattr("conformance.runner.opening.opened", opened)
    done = conformance("plan", "--product", "simulated/bus-validator", "--bench", "embedded")
    _, _, excluded = done.stdout.partition("NOT TESTABLE not testable")
    row = next(line for line in excluded.splitlines() if "TRN-BUS-050" in line)
    assert row.endswith("the bench does not offer withdrawing a card amid an exchange (tear)")


def test_a_bench_that_cannot_reach_the_product_ends_with_2():
    done = conformance("plan", "--product", "simulated/bus-validator", "--bench", "no-such")
    assert done.exit_code == 2


def test_a_plan_for_a_wrong_ics_ends_with_4(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(shipped("terminal").replace("EC: true", "EC: false"), encoding="utf-8")
    assert conformance("plan", "--product", path).exit_code == 4


def test_a_published_plan_is_written_once_and_never_over(tmp_path):
    path = tmp_path / "plan.json"
    write = ("--write", path)
    codes = [
        conformance("plan", "--product", "simulated/bus-validator", *write).exit_code,
        conformance("plan", "--product", "simulated/bus-validator", *write).exit_code,
        conformance("plan", "--product", "simulated/electronic-cash-card", *write).exit_code,
    ]
    assert codes == [0, 0, 2]


def test_the_plan_s_digest_is_that_of_the_published_file(tmp_path):
    path = tmp_path / "plan.json"
    done = conformance("plan", "--product", "simulated/bus-validator", "--write", path)
    assert json.loads(path.read_text(encoding="utf-8"))["digest"] == done.stdout.split()[-1]


def test_two_products_of_one_profile_have_one_plan(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(shipped("terminal").replace("FLASH_CARD: true", "FLASH_CARD: false"), encoding="utf-8")
    digests = {
        conformance("plan", "--product", name).stdout.split()[-1]
        for name in ("simulated/bus-validator", path)
    }
    assert len(digests) == 1
