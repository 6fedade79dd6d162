"""Conditions of the ICS, the IXIT in words, the device against its own declaration: each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from conformance.catalogue.load import load_catalogue
from conformance.catalogue.product import read_product
from conformance.catalogue.proforma import read_proforma
from conformance.cli import main
from conformance.model.refused import CatalogueError

ROOT = Path(__file__).resolve().parents[2]
PROFORMA = read_proforma(ROOT / "cases" / "proforma")
PRODUCTS = ROOT / "products" / "simulated"
DECISION = ROOT / "programmes" / "example" / "decisions" / "2026-bus.yaml"
DENIED = [
    (each.stem, item)
    for each in sorted(PRODUCTS.glob("*.yaml"))
    for item in PROFORMA.profiles[read_product(each, PROFORMA).profile].mandatory_items
]


def conformance(*words: object):
    return CliRunner().invoke(main, list(map(str, words)), env={"CONFORMANCE_LANGUAGE": "en"})


def declared(folder: Path, name: str = "bus-validator", **changes: object) -> Path:
    """A product's file with other answers: `ics` and `ixit` are laid over what is there."""
    value = yaml.safe_load((PRODUCTS / f"{name}.yaml").read_text(encoding="utf-8"))
    for group, answers in changes.items():
        value[group] = {**value[group], **answers}
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def check(path: Path, *words: object):
    return conformance("ics", "check", "--product", path, *words)


@pytest.mark.parametrize(("name", "item"), DENIED)
def test_a_mandatory_item_denied_ends_with_4_and_never_yields_a_certificate(name, item, tmp_path):
    path, reports = declared(tmp_path, name, ics={item: False}), tmp_path / "reports"
    assert (check(path).exit_code, f"ics.{item} is denied" in check(path).stderr) == (4, True)
    assert conformance("run", "--product", path, "--reports", reports).exit_code == 4
    done = conformance("certify", "issue", "--product", "mine", "--decision", DECISION, "--reports", reports)
    assert (done.exit_code, (reports / "certificates").exists()) == (2, False)


@pytest.mark.parametrize("name", sorted(each.stem for each in PRODUCTS.glob("*.yaml")))
def test_an_all_no_ics_ends_with_4_and_never_yields_a_certificate(name, tmp_path):
    items = yaml.safe_load((PRODUCTS / f"{name}.yaml").read_text(encoding="utf-8"))["ics"]
    path = declared(tmp_path, name, ics=dict.fromkeys(items, False))
    assert check(path).exit_code == 4
    assert conformance("run", "--product", path, "--reports", tmp_path / "reports").exit_code == 4
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("name", "loosened"),
    [
        (each.name, each.maximum if each.stricter == "lower" else each.minimum)
        for each in PROFORMA.parameters.values()
        if each.stricter != "none"
        and each.default != (each.maximum if each.stricter == "lower" else each.minimum)
    ],
)
def test_every_parameter_that_is_loosened_is_refused(name, loosened, tmp_path):
    path = declared(tmp_path, ixit={name: loosened})
    done = check(path)
    assert (done.exit_code, f"ixit.{name} is {loosened}" in done.stderr) == (4, True)
    assert conformance("run", "--product", path, "--reports", tmp_path / "reports").exit_code == 4


def test_what_a_condition_forbids_is_refused_with_its_line(tmp_path):
    card = "electronic-cash-card"
    path = declared(tmp_path, card, ics={"CARD.QPBOC": False, "CARD.FDDA_01": True})
    line = 1 + next(
        n for n, row in enumerate(path.read_text(encoding="utf-8").splitlines()) if "CARD.FDDA_01" in row
    )
    done = check(path)
    assert done.exit_code == 4
    assert f"mine.yaml:{line}: ics.CARD.FDDA_01 is claimed, which CARD.QPBOC alone allows" in done.stderr


def test_every_conditional_item_has_a_condition_over_other_items_of_its_kind():
    conditional = [item for item in PROFORMA.items.values() if item.status == "c"]
    assert conditional
    for item in conditional:
        assert item.condition.startswith(f"{item.kind.upper()}.")
        assert item.name not in item.condition


STATED = {
    "kernel_id": "Kernel 7.1",
    "kernel_checksum": "C0FFEE00",
    "ca_keys": ["A000000333/0B"],
    "editions": ["JR/T 0025.12-2018"],
    "level1_approval": "示例 L1-0001，2026-01-02，示例实验室",
    "pin_pad_approval": "没有密码键盘",
}


def test_what_is_stated_in_words_stands_in_the_record_and_in_the_report(tmp_path):
    path = declared(tmp_path, ixit=STATED)
    assert "not stated" not in check(path).stdout
    done = conformance("run", "TRN-BUS-010", "--product", path, "--reports", tmp_path / "out")
    assert done.exit_code == 3
    page = (tmp_path / "out" / "mine" / "report.html").read_text(encoding="utf-8")
    assert all(words in page for words in ("Kernel 7.1", "C0FFEE00", "A000000333/0B"))


def test_what_is_not_stated_is_named_and_no_error():
    done = check(PRODUCTS / "bus-validator.yaml")
    assert (done.exit_code, "ixit.kernel_checksum — not stated" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("ixit", "said"),
    [
        ({"kernel_checksum": "C0FFE"}, "is not a text of hexadecimal digits"),
        ({"ca_keys": "A000000333/0B"}, "is not a list of texts"),
        ({"ca_keys": ["A0000003330B"]}, "matching"),
        ({"kernel_id": ["a"]}, "is not a text"),
        ({"platform": "x"}, "is asked of a card, not of a terminal"),
        ({"kernel": "x"}, 'did you mean "kernel_id"'),
        ({"T1": "soon"}, "is not a number"),
    ],
)
def test_a_statement_of_another_form_is_refused(ixit, said, tmp_path):
    done = check(declared(tmp_path, ixit=ixit))
    assert (done.exit_code, said in done.stderr) == (4, True), done.stderr


@pytest.mark.parametrize("name", sorted(each.stem for each in PRODUCTS.glob("*.yaml")))
def test_every_simulated_product_agrees_with_its_own_declaration(name):
    done = check(PRODUCTS / f"{name}.yaml", "--bench", "embedded")
    assert (done.exit_code, done.stderr) == (0, ""), done.stderr


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("bus-validator", {"product": {"firmware": "9.9"}}, "product.firmware is declared 9.9, but"),
        ("electronic-cash-card", {"ics": {"CARD.TRANSACTION_LOG": False}}, "_LOG is declared false, but"),
        ("debit-credit-card", {"ics": {"CARD.EC": True}}, "declared true, but the device shows false"),
        ("debit-credit-card", {"ics": {"CARD.SDA": True}}, "CARD.SDA is declared true, but"),
        ("quasi-credit-card", {"ics": {"CARD.DDA": True}}, "CARD.DDA is declared true, but"),
        ("debit-credit-card", {"ics": {"CARD.CDA": False}}, "CARD.CDA is declared false, but"),
        (
            "debit-credit-card",
            {"ics": {"CARD.ISSUER_AUTHENTICATION": False}},
            "CARD.ISSUER_AUTHENTICATION is declared false, but",
        ),
    ],
)  # fmt: skip
def test_a_device_that_contradicts_its_declaration_ends_with_4(name, changes, said, tmp_path):
    done = check(declared(tmp_path, name, **changes), "--bench", "embedded")
    assert (done.exit_code, said in done.stderr) == (4, True), done.stdout + done.stderr


def test_the_plan_says_how_long_as_the_last_run_took(tmp_path):
    words = ("plan", "--product", "simulated/bus-validator", "--reports", tmp_path)
    assert "how long is not known" in conformance(*words).stdout
    conformance("run", "TRN-BUS-010", "--product", "simulated/bus-validator", "--reports", tmp_path)
    assert "(1 of " in conformance(*words).stdout


def catalogue_with(folder: Path, name: str, text: str) -> Path:
    """The catalogue, with one file of its proforma exchanged."""
    import shutil

    root = folder / "cases"
    shutil.copytree(ROOT / "cases", root)
    (root / "proforma" / name).write_text(text, encoding="utf-8")
    return root


SUSPENDED = """
suspended:
  TRN-BUS-050@{revision}:
    since: "2026-11-01"
    reason: {{en: "The clause is in doubt", zh: "条款有疑问"}}
"""


def test_a_suspended_case_is_judged_for_no_product_and_said_everywhere(tmp_path, monkeypatch):
    catalogue_with(tmp_path, "suspended.yaml", SUSPENDED.format(revision=1))
    for folder in ("products", "benches", "programmes"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    place = ("--product", "simulated/bus-validator", "--reports", "out")
    assert conformance("run", *place).exit_code == 0
    assert conformance("certify", "issue", "--decision", DECISION, *place).exit_code == 0
    gate = ("gate", "out/simulated-bus-validator/run.jsonl", "--profile", "transit-bus")
    assert conformance(*gate).exit_code == 0
    report = Path("out/simulated-bus-validator/report.html").read_text(encoding="utf-8")
    page = Path("out/certificates/DEMO-2026-0001.html").read_text(encoding="utf-8")
    assert "suspended for all products since 2026-11-01" in report
    assert all(words in page for words in ("suspended for all products", "The clause is in doubt"))


def test_a_suspension_of_another_revision_has_to_go(tmp_path):
    root = catalogue_with(tmp_path, "suspended.yaml", SUSPENDED.format(revision=99))
    with pytest.raises(CatalogueError, match="there is no case TRN-BUS-050@99 to suspend"):
        load_catalogue(root)
