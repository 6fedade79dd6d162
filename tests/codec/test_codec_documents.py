from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec.documents import DocumentErrors, check, extended, item_name, nearest, parse, rooted

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["milestones"],
    "properties": {
        "milestones": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "deadline"],
                "properties": {
                    "id": {"type": "string"},
                    "deadline": {
                        "type": "string",
                        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                        "description": "a date such as 2014-12-31",
                    },
                    "binding": {"enum": ["binding", "best-effort"]},
                    "sw": {"type": "string"},
                },
            },
        }
    },
}


def refusals(text: str | bytes, schema: dict[str, object] | None = None) -> list[str]:
    with pytest.raises(DocumentErrors) as caught:
        check(parse(text, "x/directive.yaml"), schema or SCHEMA)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9000", 9000),
        ("'9000'", "9000"),
        ("-1", -1),
        ("0", 0),
        ("true", True),
        ("false", False),
        ("'NO'", "NO"),
        ("null", None),
        ("", None),
        ("2014-12-31", "2014-12-31"),
        ("2014-12-31T10:00:00Z", "2014-12-31T10:00:00Z"),
        ("6A82", "6A82"),
        ("分母待确认", "分母待确认"),
        ("'1.50'", "1.50"),
    ],
)
def test_a_scalar_is_what_every_reader_takes_it_for(written: str, value: object) -> None:
    assert parse(f"a: {written}", "f").value == {"a": value}


@pytest.mark.parametrize(
    "written",
    ["NO", "yes", "on", "True", "0012", "0x10", "0o17", "1.50", "1_000", "12:30", "1E10", "9e3", ".inf", "="],
)
def test_a_scalar_that_readers_take_differently_is_refused(written: str) -> None:
    assert refusals(f"a: 1\nb: {written}") == [
        f"x/directive.yaml:2: b is {written}, which YAML readers take differently; put it in quotes"
    ]


def test_every_item_knows_its_line() -> None:
    document = parse("a:\n  - b: 1\n  - b: 2\n    c:\n      d: 3\n", "f")
    assert [document.line(path) for path in [("a",), ("a", 1, "b"), ("a", 1, "c", "d")]] == [1, 3, 5]


def test_an_item_that_is_not_there_has_the_line_of_its_owner() -> None:
    assert parse("a:\n  - b: 1\n", "f").line(("a", 0, "z")) == 2


def test_a_duplicate_key_is_refused_with_both_lines() -> None:
    assert refusals("a: 1\nb: 2\na: 3") == ["x/directive.yaml:3: a stands twice, first in line 1"]


def test_an_alias_is_refused() -> None:
    assert refusals("a: &x [1]\nb: *x") == ["x/directive.yaml:2: b is an alias; write the value out"]


def test_a_mapping_that_holds_itself_is_refused() -> None:
    assert refusals("a: &x {b: *x}") == ["x/directive.yaml:1: a.b is an alias; write the value out"]


def test_an_explicit_tag_is_refused() -> None:
    assert "only plain values are read" in refusals("a: !!python/name:os.system x")[0]


def test_a_key_that_is_a_number_is_refused() -> None:
    assert refusals("82: x") == [
        "x/directive.yaml:1: the file has a key in line 1 that is not text; put it in quotes"
    ]


def test_broken_yaml_names_the_line() -> None:
    assert refusals("a: 1\nb: [1, 2\nc: 3")[0].startswith("x/directive.yaml:3: the file is not YAML")


def test_bytes_that_are_not_utf8_name_the_line() -> None:
    assert refusals(b"a: 1\nb: \xff") == ["x/directive.yaml:2: the file is not UTF-8 at byte 8"]


def test_control_characters_are_refused() -> None:
    assert refusals("a: \x00")[0].startswith("x/directive.yaml:1: the file is not YAML")


def test_bottomless_nesting_is_refused() -> None:
    assert refusals("[" * 20_000) == ["x/directive.yaml:1: the file is nested too deeply"]


def test_a_misspelt_key_is_one_problem_with_the_nearest_name() -> None:
    text = "milestones:\n  - id: bus\n    dedline: 2014-12-31\n"
    assert refusals(text) == [
        'x/directive.yaml:3: milestones[0].dedline is not known; did you mean "deadline"?'
    ]


def test_an_unknown_key_unlike_any_other_lists_the_known_ones() -> None:
    text = "milestones:\n  - {id: bus, deadline: 2014-12-31, zzz: 1}\n"
    assert refusals(text) == [
        "x/directive.yaml:2: milestones[0].zzz is not known; known here: id, deadline, binding, sw"
    ]


def test_a_missing_key_names_itself() -> None:
    assert refusals("milestones:\n  - id: bus\n") == ["x/directive.yaml:2: milestones[0].deadline is missing"]


def test_a_wrong_choice_suggests_the_nearest() -> None:
    text = "milestones:\n  - {id: bus, deadline: 2014-12-31, binding: bindng}\n"
    sentence = 'is "bindng", not one of binding, best-effort; did you mean "binding"?'
    assert refusals(text) == [f"x/directive.yaml:2: milestones[0].binding {sentence}"]


def test_hex_without_quotes_is_refused() -> None:
    text = "milestones:\n  - {id: bus, deadline: 2014-12-31, sw: 9000}\n"
    assert refusals(text) == ["x/directive.yaml:2: milestones[0].sw must be text, not 9000; put it in quotes"]


def test_a_pattern_is_worded_by_its_description() -> None:
    text = "milestones:\n  - {id: bus, deadline: end of 2014}\n"
    assert refusals(text) == [
        'x/directive.yaml:2: milestones[0].deadline is "end of 2014", not a date such as 2014-12-31'
    ]


def test_a_day_that_no_calendar_has_is_refused() -> None:
    day = {"type": "string", "format": "date", "description": "a date such as 2014-12-31"}
    assert refusals("day: 2014-02-30", {"properties": {"day": day}}) == [
        'x/directive.yaml:1: day is "2014-02-30", not a date such as 2014-12-31'
    ]


def test_an_empty_list_is_refused_where_one_entry_is_due() -> None:
    assert refusals("milestones: []") == [
        "x/directive.yaml:1: milestones is an empty list, which does not hold: minItems 1"
    ]


def test_an_empty_file_is_refused() -> None:
    assert refusals("") == ["x/directive.yaml:1: the file must be a mapping, not empty"]


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    text = "milestones:\n  - {id: 1, deadline: soon}\n  - {id: x}\nnote: 1\n"
    assert [line.split(":")[1] for line in refusals(text)] == ["2", "2", "3", "4"]


BASE = """a: {x: "1", y: "2"}
b: [1, 2]
c: "3"
"""
OWN = """a:
  y: "4"
b: [5]
c:
d: "6"
"""


def test_a_document_laid_over_another_adds_replaces_and_removes() -> None:
    together = extended(parse(BASE, "base"), parse(OWN, "own"))
    assert together.value == {"a": {"x": "1", "y": "4"}, "b": [5], "d": "6"}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("a", "x"), "base:1: a.x is wrong"),
        (("a", "y"), "own:2: a.y is wrong"),
        (("b", 0), "own:3: b[0] is wrong"),
        (("b", 1), "own:3: b[1] is wrong"),
        (("a", "z"), "own:1: a.z is wrong"),
        (("d",), "own:5: d is wrong"),
    ],
)
def test_every_item_keeps_its_file_and_line(path: tuple[str | int, ...], place: str) -> None:
    together = extended(parse(BASE, "base"), parse(OWN, "own"))
    assert str(together.problem(path, "wrong", "is wrong")) == place


def test_an_item_stands_under_another_with_its_lines() -> None:
    moved = rooted(parse(BASE, "base"), ("a",), ("e", "f"))
    assert moved.value == {"e": {"f": {"x": "1", "y": "2"}}}
    assert str(moved.problem(("e", "f", "y"), "wrong", "is wrong")) == "base:1: e.f.y is wrong"


def test_the_nearest_name_ignores_case() -> None:
    assert nearest("terminal.ec", ["TERMINAL.EC", "CARD.CDA"]) == "TERMINAL.EC"


def test_no_name_is_nearest_when_none_is_like_it() -> None:
    assert nearest("zzzz", ["TERMINAL.EC"]) is None


def test_an_item_is_named_as_a_person_would_write_it() -> None:
    assert item_name(("milestones", 2, "deadline")) == "milestones[2].deadline"


@given(st.one_of(st.text(max_size=40), st.binary(max_size=40)))
def test_any_input_is_read_or_refused_in_words(text: str | bytes) -> None:
    with contextlib.suppress(DocumentErrors):
        parse(text, "f")
