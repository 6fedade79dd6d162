"""The tables: both languages, and no placeholder that nobody fills."""

from __future__ import annotations

import ast
import re
import string
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import text
from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.link import outcomes
from conformance.model.verdict import Verdict

ROOT = Path(__file__).parents[2]


def table(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(
        files("conformance.text").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    )
    return read


FINDINGS, LABELS, PHRASES, REASONS = (table(name) for name in ("findings", "labels", "phrases", "reasons"))
WORDED = [
    (code, part, row[part])
    for code, row in FINDINGS.items()
    for part in ("claim", "what", "expected", "observed", "often")
    if part in row
]


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def codes_used(folder: str, function: str) -> set[str]:
    """The string that is the first argument of every call of `function` under a folder of the package."""
    calls = (
        node
        for path in (ROOT / "conformance" / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
    )
    return {str(call.args[0].value) for call in calls if call.args and isinstance(call.args[0], ast.Constant)}


@pytest.mark.parametrize(("code", "part", "words"), WORDED, ids=[f"{c}.{p}" for c, p, _ in WORDED])
def test_a_finding_is_worded_in_both_languages(code: str, part: str, words: dict[str, str]) -> None:
    assert words.keys() == {"en", "zh"}, (code, part)
    assert all(words.values())


@pytest.mark.parametrize(("code", "part", "words"), WORDED, ids=[f"{c}.{p}" for c, p, _ in WORDED])
def test_a_finding_uses_only_arguments_that_it_declares(code: str, part: str, words: dict[str, str]) -> None:
    declared = {*FINDINGS[code]["arguments"], "expected", "observed"}
    assert set().union(*map(placeholders, words.values())) <= declared, part


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_row_has_no_unknown_part(code: str) -> None:
    known = {"arguments", "claim", "what", "expected", "observed", "often", "status_words"}
    assert FINDINGS[code].keys() <= known


def test_every_expectation_has_words() -> None:
    assert codes_used("expect", "judge") <= FINDINGS.keys()


def test_every_expectation_has_a_claim() -> None:
    assert {code for code in codes_used("expect", "judge") if "claim" not in FINDINGS[code]} == set()


def test_every_finding_of_the_runner_has_words() -> None:
    assert codes_used("runner", "Finding") <= FINDINGS.keys()


def test_every_outcome_of_a_link_has_words() -> None:
    names = [each.__name__ for each in outcomes.LinkOutcome.__subclasses__()]
    codes = {re.sub("(?<!^)([A-Z])", r"-\1", name).lower() for name in names}
    assert codes <= FINDINGS.keys()


@pytest.mark.parametrize("key", LABELS)
def test_a_label_has_both_languages(key: str) -> None:
    assert LABELS[key].keys() == {"zh", "en"}
    assert all(isinstance(words, str) and words for words in LABELS[key].values())


@pytest.mark.parametrize("key", LABELS)
def test_a_label_has_the_same_placeholders_in_both_languages(key: str) -> None:
    assert placeholders(LABELS[key]["zh"]) == placeholders(LABELS[key]["en"])


@pytest.mark.parametrize("code", REASONS)
def test_a_reason_uses_only_arguments_that_it_declares(code: str) -> None:
    row = REASONS[code]
    assert placeholders(row["zh"]) | placeholders(row["en"]) <= set(row["arguments"])


@pytest.mark.parametrize("words", PHRASES)
def test_a_phrase_is_text_in_both_languages(words: object) -> None:
    assert isinstance(words, str)
    assert isinstance(PHRASES[words], str)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_verdict_has_a_word(verdict: Verdict, language: str) -> None:
    assert text.verdict(verdict, language)


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(LookupError):
        text.label("no.such", "en")


def test_every_label_is_used() -> None:
    """By its whole key in code or template, or by a prefix that a value is put behind."""
    written = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("report", "cli", "runner", "text")
        for path in (ROOT / "conformance" / folder).rglob("*")
        if path.suffix in (".py", ".j2")
    )
    by_value = (
        "verdict.",
        "kind.",
        "tlv.",
        "certificate.",
        "rule.",
        "scope.",
        "step.",
        "observation.",
        "parameters.owner.",
    )
    by_value += (
        "identity.kind.",
        "identity.origin.",
        "identity.channel.",
        "identity.time-base.",
        "identity.grade.",
        "doctor.",
        "replay.times.",
        "replay.lacks.",
    )
    data = {key.removesuffix("-data") for key in LABELS if key.endswith("-refused-data")}
    unused = [
        key
        for key in LABELS
        if not key.startswith(by_value)
        and f'"{key}"' not in written
        and key.removesuffix("-data") not in data
        and f"'{key}'" not in written
    ]
    assert unused == []


def test_whatever_a_case_needs_has_words_in_both_languages_and_nothing_else_has() -> None:
    asked = {need for each in load_catalogue(shipped("cases")).cases.values() for need in each.needs}
    assert (asked | {"influence"}, {("en", "zh")}) == (
        table("needs").keys(),
        {tuple(row) for row in table("needs").values()},
    )
