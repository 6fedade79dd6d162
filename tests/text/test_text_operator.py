"""What an operator is asked: a sentence in both languages for all that can be set, done and disturbed."""

from __future__ import annotations

import string
from dataclasses import fields, is_dataclass
from importlib.resources import files
from typing import get_args, get_type_hints

import pytest
import yaml

from conformance.link.operator import settings
from conformance.model.terminal import Parameters

WORDS = yaml.safe_load(files("conformance.text").joinpath("operator.yaml").read_text(encoding="utf-8"))


def leaves():
    """Every name under which something can be set."""
    for name, hint in get_type_hints(Parameters).items():
        kind = next(each for each in get_args(hint) if each is not type(None))
        if is_dataclass(kind):
            yield from (f"set.{name}.{each.name}" for each in fields(kind))
        else:
            yield f"set.{name}"


def test_whatever_can_be_set_has_a_sentence():
    assert {key for key in WORDS if key.startswith("set.")} == set(leaves())


def test_whatever_can_be_done_has_a_sentence():
    done = {f"do.{name}" for name in settings.OPERATIONS} | {f"fault.{name}" for name in settings.FAULTS}
    assert done <= WORDS.keys()


@pytest.mark.parametrize("key", WORDS)
def test_a_sentence_has_both_languages_with_the_same_places(key):
    row = WORDS[key]
    places = [
        {name for _, name, _, _ in string.Formatter().parse(row[each]) if name} for each in ("zh", "en")
    ]
    assert row.keys() == {"zh", "en"}
    assert places[0] == places[1]
