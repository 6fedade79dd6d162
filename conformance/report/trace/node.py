"""The tree that an exchange is decoded into; every word stands in both languages until it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from conformance import text


class Words(NamedTuple):
    """The same thing said in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The words of one language, "zh" or "en"."""
        return self.zh if language == "zh" else self.en

    def and_then(self, separator: str, other: Words) -> Words:
        """Both, one behind the other, where both say something."""
        return Words(*(separator.join(filter(None, pair)) for pair in zip(self, other, strict=True)))


def same(words: str) -> Words:
    """What is the same in every language: a number, a date, a name from the wire."""
    return Words(words, words)


def worded(key: str, /, **values: object) -> Words:
    """A label of `conformance.text`, its placeholders filled; values that are Words go to their own side."""
    sides = []
    for language in ("zh", "en"):
        own = {
            name: value.in_language(language) if isinstance(value, Words) else value
            for name, value in values.items()
        }
        sides.append(text.label(key, language).format(**own))
    return Words(*sides)


NOTHING = same("")


@dataclass(frozen=True, slots=True)
class Node:
    """One decoded thing.

    `label` is what stands on the wire (a tag, AID), `detail` its name, `value_hex` its bytes, `meaning` what
    they say; a template has children instead. `path` is that of tags, such as "70/5A", or empty.
    """

    label: str
    detail: Words = NOTHING
    value_hex: str = ""
    meaning: Words = NOTHING
    children: tuple[Node, ...] = ()
    path: str = ""
