"""Messages in Chinese and English, worded when they are shown.

The tables lie beside this module with both languages side by side: labels.yaml, findings.yaml, reasons.yaml,
phrases.yaml, needs.yaml, operator.yaml, contract.yaml. Languages are "zh" and "en". An unknown label or
reason raises LookupError; an unknown finding is worded by its code, as a report must never fail on the record
of a newer suite.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from conformance.codec import dictionary
from conformance.codec.status import StatusWord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model.run import Finding
    from conformance.model.verdict import Verdict

LANGUAGES = ("zh", "en")
_BENCH_LACKS = "bench lacks"


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding in one language. `often` is the usual cause, where one is known."""

    what: str
    expected: str
    observed: str
    often: str | None


def label(key: str, language: str) -> str:
    """A word of the report's own, such as a heading."""
    return str(_table("labels")[key][language])


def verdict(verdict: Verdict, language: str) -> str:
    """The word for an ending; its code stays what it is in both languages."""
    return label(f"verdict.{verdict.value}", language)


def phrase(words: str, language: str) -> str:
    """Fixed words of a finding, an observation or a step; lists and "name: detail" piece by piece.

    Anything else is a value and stays as it is.
    """
    if language == "en":
        return words
    table = _table("phrases")
    if words in table:
        return str(table[words])
    pieces = words.split(", ")
    told = [_piece(piece, table) for piece in pieces]
    if len(pieces) > 1 and all(each != piece for each, piece in zip(told, pieces, strict=True)):
        return "、".join(told)
    return _piece(words, table)


def _piece(words: str, table: Mapping[str, Any]) -> str:
    """One piece, whole or as "name: detail"."""
    name, colon, detail = words.partition(": ")
    if words in table:
        return str(table[words])
    return f"{table[name]}：{detail}" if colon and name in table else words


def asked(key: str, arguments: Mapping[str, str], language: str) -> str:
    """What a person at a terminal is asked or told."""
    values = {name: _listed(value, language) for name, value in arguments.items()}
    return str(_table("operator")[key][language]).format_map(_Complete(values))


def _listed(words: str, language: str) -> str:
    """Words between semicolons, each told for itself."""
    return ("；" if language == "zh" else "; ").join(phrase(each, language) for each in words.split("; "))


def finding(finding: Finding, language: str) -> FindingText:
    """The wording of a finding; a fixed phrase goes before a template of `expected` or `observed`."""
    row = _table("findings").get(finding.code)
    if row is None:
        return FindingText(finding.code, finding.expected, finding.observed, None)
    values = {
        name: _argument(name, value, language)
        for name, value in {
            **finding.arguments,
            "expected": finding.expected,
            "observed": finding.observed,
        }.items()
    }
    sides = {
        side: _side(row, side, getattr(finding, side), values, language) for side in ("expected", "observed")
    }
    often = row.get("often")
    return FindingText(
        what=row["what"][language].format_map(_Complete(values)),
        expected=sides["expected"],
        observed=sides["observed"],
        often=None if often is None else often[language],
    )


def claim(code: str, language: str) -> str:
    """What an expectation is about, in two or three words."""
    row = _table("findings").get(code, {})
    return str(row["claim"][language]) if "claim" in row else code


def reason(code: str, arguments: Mapping[str, str | int], language: str) -> str:
    """Why a case was not judged, or a record is not accepted."""
    return str(_table("reasons")[code][language]).format_map(_Complete(arguments))


def case_reason(words: str, language: str) -> str:
    """A case's reason as it stands in the record, "code" or "code: detail"."""
    code, _, detail = words.partition(": ")
    if code == _BENCH_LACKS:
        detail = ("、" if language == "zh" else ", ").join(
            need(each, language) for each in detail.split(", ")
        )
    return reason(code, {"detail": detail}, language) if code in _table("reasons") else words


def need(word: str, language: str) -> str:
    """What a case needs of its bench, in words; a newer suite's word stays as it is."""
    row = _table("needs").get(word)
    return str(row[language]) if row else phrase(word, language)


def contract(part: str, name: str, language: str, **values: str | int) -> str:
    """Words of the control protocol's contract test: a check, what was observed, or the command's own."""
    return str(_table("contract")[part][name][language]).format_map(_Complete(values))


class _Complete(dict[str, Any]):
    """Leaves a placeholder visible where a record lacks the argument."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _argument(name: str, value: str | int, language: str) -> str:
    if name == "tag":
        return _tag(str(value), language)
    return phrase(str(value), language)


def _tag(tag: str, language: str) -> str:
    element = dictionary.element(int(tag, 16))
    if element is None:
        return tag
    return f"{tag}（{element.name_zh}）" if language == "zh" else f"{tag} ({element.name_en})"


def _side(row: Mapping[str, Any], side: str, value: str, values: Mapping[str, str], language: str) -> str:
    if side in row and value not in _table("phrases"):
        return str(row[side][language]).format_map(_Complete(values))
    if row.get("status_words") and _is_status_word(value):
        return f"{value} {StatusWord(int(value, 16)).meaning(language, values.get('command'))}"
    return phrase(value, language)


def _is_status_word(value: str) -> bool:
    return len(value) == 4 and value[0] in "69" and all(digit in "0123456789ABCDEF" for digit in value)


@cache
def _table(name: str) -> Mapping[str, Any]:
    text = files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    table: Mapping[str, Any] = yaml.safe_load(text)
    return table
