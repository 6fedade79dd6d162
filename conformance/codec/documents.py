"""YAML and JSON files written by people: read with the line of every item, and refused in words that help.

YAML here is the part that every YAML reader takes alike. `true` and `false` are the only booleans, a plain
run of digits without a leading zero is an integer, a date stays text. What readers take differently (`NO`,
`0012`, `1.50`, `1E10`, `12:30`) is refused until it stands in quotes; so are keys given twice, anchors and
explicit tags. Schemas are JSON Schema 2020-12; a schema's `description` is what a value "must be".

All problems of a file are gathered, so that its author mends them in one go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import jsonschema
import yaml
from jsonschema.exceptions import best_match

from conformance.codec.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jsonschema import ValidationError

    ItemPath = tuple[str | int, ...]

_VALIDATOR = jsonschema.Draft202012Validator
_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER_ELSEWHERE = re.compile(r"[-+]?[0-9][0-9_.]*[eE][-+]?[0-9]+|0o[0-7]+")
_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


@dataclass(eq=False)
class DocumentError(ValueError):
    """One problem of one file.

    `code` is stable: "syntax", "encoding", "duplicate", "ambiguous", "alias", "tag", "key", "deep",
    "unknown", "missing", "choice", "type", "pattern", "limit", and what a room adds. `item` is the place as
    a person would write it, "milestones[2].deadline"; `sentence` goes on from there; `nearest` is the valid
    name that was likely meant.
    """

    source: str
    line: int
    item: str
    code: str
    sentence: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f'; did you mean "{self.nearest}"?' if self.nearest else ""
        return f"{self.source}:{self.line}: {self.item} {self.sentence}{hint}"


class DocumentErrors(ValueError):  # noqa: N818 -- it is several of them
    """Every problem found in one file or one set of files, a line each."""

    def __init__(self, problems: Iterable[DocumentError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: plain values, and the line (from 1) where each item stands.

    `inherited` names the file of every item that came from another one (`extended`).
    """

    source: str
    value: Any
    lines: Mapping[ItemPath, int]
    inherited: Mapping[ItemPath, str] = field(default_factory=dict)

    def line(self, path: ItemPath) -> int:
        """Return the line of an item, or of what would hold it where the item itself is not there."""
        return self.lines.get(self._known(path), 1)

    def problem(self, path: ItemPath, code: str, sentence: str, nearest: str | None = None) -> DocumentError:
        """Word a problem of the item at `path`; the sentence continues after the item's name."""
        source = self.inherited.get(self._known(path), self.source)
        return DocumentError(source, self.line(path), item_name(path) or "the file", code, sentence, nearest)

    def _known(self, path: ItemPath) -> ItemPath:
        while path not in self.lines and path:
            path = path[:-1]
        return path


def parse(text: str | bytes, source: str) -> Document:
    """Read one YAML (or JSON) document; raises `DocumentErrors`."""
    reading = _Reading(source)
    value = reading.read(text)
    if reading.problems:
        raise DocumentErrors(reading.problems)
    return Document(source, value, reading.lines)


def extended(base: Document, own: Document) -> Document:
    """One document laid over another: mappings grow together, everything else is replaced, empty removes.

    Every item keeps the line and the file that it was written in.
    """
    value = _laid_over(base.value, own.value)
    origins = {path: (line, base.inherited.get(path, base.source)) for path, line in base.lines.items()}
    replaced = {path for path in own.lines if not isinstance(_at(own.value, path), dict)}
    origins = {path: origin for path, origin in origins.items() if not _within(path, replaced)}
    origins |= {path: (line, own.inherited.get(path, own.source)) for path, line in own.lines.items()}
    return Document(
        own.source,
        value,
        {path: line for path, (line, _) in origins.items()},
        {path: source for path, (_, source) in origins.items() if source != own.source},
    )


def rooted(document: Document, path: ItemPath, at: ItemPath = ()) -> Document:
    """The item at `path` as a document of its own, its items standing under `at`."""
    value = _at(document.value, path)
    for part in reversed(at):
        value = {part: value}
    moved = {each: (*at, *each[len(path) :]) for each in document.lines if each[: len(path)] == path}
    return Document(
        document.source,
        value,
        {place: document.lines[each] for each, place in moved.items()},
        {place: document.inherited[each] for each, place in moved.items() if each in document.inherited},
    )


def check(document: Document, schema: Mapping[str, Any]) -> None:
    """Hold a document against a JSON Schema; raises `DocumentErrors` in the order of the file's lines."""
    validator = _VALIDATOR(schema, format_checker=_VALIDATOR.FORMAT_CHECKER)
    problems = [
        problem for error in validator.iter_errors(document.value) for problem in _worded(document, error)
    ]
    # A misspelt key is one mistake, not two: the key that it was meant for is not also called missing.
    meant = {_beside(problem.item, problem.nearest) for problem in problems if problem.code == "unknown"}
    problems = [problem for problem in problems if problem.code != "missing" or problem.item not in meant]
    if problems:
        raise DocumentErrors(sorted(problems, key=lambda problem: (problem.line, problem.item)))


def item_name(path: ItemPath) -> str:
    """Write ("milestones", 2, "deadline") as "milestones[2].deadline"."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


class _Reading:
    """One pass over the node graph of a file, noting lines and problems as it builds plain values."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: dict[ItemPath, int] = {}
        self.problems: list[DocumentError] = []
        self._seen: set[int] = set()

    def read(self, text: str | bytes) -> Any:
        try:
            node = yaml.compose(text.decode() if isinstance(text, bytes) else text, Loader=yaml.SafeLoader)
            return None if node is None else self._value(node, ())
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self._note(line, (), "encoding", f"is not UTF-8 at byte {error.start}")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._note(mark.line + 1 if mark else 1, (), "syntax", f"is not YAML: {error.problem}")
        except yaml.YAMLError as error:
            self._note(1, (), "syntax", f"is not YAML: {' '.join(str(error).split())}")
        except RecursionError:
            self._note(1, (), "deep", "is nested too deeply")
        return None

    def _note(self, line: int, path: ItemPath, code: str, sentence: str) -> None:
        self.problems.append(DocumentError(self.source, line, item_name(path) or "the file", code, sentence))

    def _value(self, node: yaml.Node, path: ItemPath) -> Any:
        line = self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._seen:
            self._note(line, path, "alias", "is an alias; write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self._value(child, (*path, index)) for index, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        self._note(line, path, "tag", f"carries the tag {node.tag}; only plain values are read")
        return None

    def _mapping(self, node: yaml.MappingNode, path: ItemPath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._scalar(key_node, path) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self._note(line, path, "key", f"has a key in line {line} that is not text; put it in quotes")
                continue
            inner = (*path, key)
            if key in mapping:
                self._note(line, inner, "duplicate", f"stands twice, first in line {self.lines[inner]}")
                continue
            self.lines[inner] = line
            mapping[key] = self._value(value_node, inner)
        return mapping

    def _scalar(self, node: yaml.ScalarNode, path: ItemPath) -> str | int | bool | None:
        """Resolve a scalar; only a plain one can be anything but text."""
        text: str = node.value
        line = node.start_mark.line + 1
        kind = node.tag.removeprefix(_TAG)
        if kind == "timestamp" or (kind == "str" and (node.style or not _NUMBER_ELSEWHERE.fullmatch(text))):
            return text
        if kind == "null":
            return None
        if kind == "bool" and text in ("true", "false"):
            return text == "true"
        if kind == "int" and _INTEGER.fullmatch(text):
            return int(text)
        if kind in ("str", "bool", "int", "float", "merge", "value"):
            sentence = f"is {text}, which YAML readers take differently; put it in quotes"
            self._note(line, path, "ambiguous", sentence)
        else:
            self._note(line, path, "tag", f"carries the tag {node.tag}; only plain values are read")
        return None


def _laid_over(base: Any, own: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(own, dict):
        return own
    together = {**base, **{key: _laid_over(base.get(key), value) for key, value in own.items()}}
    return {key: value for key, value in together.items() if value is not None}


def _at(value: Any, path: ItemPath) -> Any:
    for part in path:
        value = value[part]
    return value


def _within(path: ItemPath, others: set[ItemPath]) -> bool:
    return any(path[:length] in others for length in range(len(path) + 1))


def _beside(item: str, name: str | None) -> str:
    """Name the item that stands beside `item` under another key."""
    return f"{item.rpartition('.')[0]}.{name}".removeprefix(".")


def _worded(document: Document, error: ValidationError) -> Iterator[DocumentError]:
    """Word one finding of the validator; an unknown or missing key is the key's problem, not its owner's."""
    if error.validator in ("anyOf", "oneOf"):
        error = best_match([error]) or error
    path: ItemPath = tuple(error.absolute_path)
    rule, value, schema = error.validator, error.instance, cast("Mapping[str, Any]", error.schema)
    if rule == "additionalProperties" and isinstance(value, dict):
        known = schema.get("properties", {})
        for key in (key for key in value if key not in known):
            close = nearest(key, known)
            rest = "" if close else f"; known here: {', '.join(known)}"
            yield document.problem((*path, key), "unknown", f"is not known{rest}", close)
    elif rule == "required":
        # The validator names each missing key in an error of its own, in the words "'key' is a required …".
        yield document.problem((*path, error.message.split("'")[1]), "missing", "is missing")
    else:
        yield _misfit(document, path, error)


def _misfit(document: Document, path: ItemPath, error: ValidationError) -> DocumentError:
    """Word a value that is there, but not what it must be."""
    value, rule, limit = error.instance, error.validator, cast("Any", error.validator_value)
    meant = cast("Mapping[str, Any]", error.schema).get("description")
    if rule in ("anyOf", "oneOf") and meant:
        return document.problem(path, "type", f"is {_shown(value)}, not {meant}")
    if rule in ("enum", "const"):
        choices = [str(choice) for choice in (limit if rule == "enum" else [limit])]
        close = nearest(str(value), choices)
        return document.problem(path, "choice", f"is {_shown(value)}, not {_either(choices)}", close)
    if rule == "type":
        kinds: list[str] = limit if isinstance(limit, list) else [limit]
        must = meant or _either([_KINDS[kind] for kind in kinds])
        quotes = "; put it in quotes" if "string" in kinds and isinstance(value, int) else ""
        return document.problem(path, "type", f"must be {must}, not {_shown(value)}{quotes}")
    if rule in ("pattern", "format"):
        form = meant or f"of the form {limit}"
        return document.problem(path, "pattern", f"is {_shown(value)}, not {form}")
    return document.problem(path, "limit", f"is {_shown(value)}, which does not hold: {rule} {limit}")


def _either(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"


def _shown(value: Any) -> str:
    """Show a value shortly, as its author would know it again."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "an empty list" if not value else "a list"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
