"""Reads what a person filled in, and says where it is not whole or not well-formed. All of it is bounded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model.operator import Entry, Question

MOST_TEXT = 200
MOST_LINES = 40
_FORMS = {
    "amount": re.compile(r"\d{1,7}(\.\d{1,2})?"),
    "count": re.compile(r"\d{1,7}"),
    "text": re.compile(rf".{{1,{MOST_TEXT}}}"),
    "lines": re.compile(rf".{{0,{MOST_TEXT}}}(\n.{{0,{MOST_TEXT}}}){{0,{MOST_LINES - 1}}}"),
}


def read(question: Question, filled: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was filled in by entry, and by entry what is wrong: "not-filled" or "not-one"."""
    values: dict[str, str] = {}
    problems: dict[str, str] = {}
    for entry in question.entries:
        if not is_asked(entry, values):
            continue
        value = cleaned(filled.get(entry.name, ""))
        problem = _problem(entry, value)
        if problem:
            problems[entry.name] = problem
        elif value:
            values[entry.name] = value
    return values, problems


def is_asked(entry: Entry, values: Mapping[str, str]) -> bool:
    """True unless the entry depends on a count that is not reached."""
    if entry.least is None:
        return True
    name, least = entry.least
    return int(values.get(name, "0")) >= least


def cleaned(text: str) -> str:
    """Without control characters and outer blanks; digits and points as typed on any keyboard."""
    kept = "".join(each for each in text.replace("\r\n", "\n") if each.isprintable() or each == "\n")
    return kept.replace("．", ".").strip()


def _problem(entry: Entry, value: str) -> str | None:
    if not value:
        return None if entry.optional else "not-filled"
    if entry.kind == "choice":
        return None if value in entry.choices else "not-one"
    return None if _FORMS[entry.kind].fullmatch(value) and value.isascii() >= _digits(entry) else "not-one"


def _digits(entry: Entry) -> bool:
    """True where only the digits of ASCII make a number that we can read."""
    return entry.kind in ("amount", "count")
