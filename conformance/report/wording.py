"""The words of a page that can be shown in both languages: one stands in place, the list of both beside it.

Whatever differs between the languages is an element that points into the list (`data-w`); the page's script
puts the other language's words in their places. In this way a page with ten thousand exchanges stays small.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from conformance import text
from conformance.report.trace.node import Words, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model.verdict import Verdict


class Wording:
    """Words of one page; `language` is the one that stands in place."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._places: dict[Words, int] = {}

    def both(self, words: Words) -> Markup:
        """Words in place, exchangeable where the languages differ."""
        if words.zh == words.en:
            return escape(words.zh)
        place = self.number(words)
        return Markup("<span data-w={}>{}</span>").format(place, words.in_language(self._language))

    def number(self, words: Words) -> int:
        """The place of words in the list."""
        return self._places.setdefault(words, len(self._places))

    def label(self, key: str, **values: object) -> Markup:
        """A label of the report's own."""
        return self.both(worded(key, **values))

    def plain(self, key: str) -> str:
        """A label where no element can stand, such as an attribute."""
        return text.label(key, self._language)

    def known(self, prefix: str, value: object) -> Markup:
        """A label for a value of a closed list, or the value itself where a newer record has one more."""
        try:
            return self.label(f"{prefix}.{value}")
        except KeyError:
            return escape(value)

    def verdict(self, verdict: Verdict) -> Markup:
        """The word for an ending."""
        return self.both(in_both(lambda language: text.verdict(verdict, language)))

    def listed(self) -> Markup:
        """All words with both languages as JSON, which cannot end its script element."""
        listed = json.dumps(list(self._places), ensure_ascii=False, separators=(",", ":"))
        return Markup(listed.replace("<", "\\u003c"))  # noqa: S704  escaped for a script element


def by_language(words: Mapping[str, str]) -> Words:
    """A text of the record, which has both languages by their names."""
    return Words(words["zh"], words["en"])


def in_both(word: Callable[[str], str]) -> Words:
    """What a function of the language says in both."""
    return Words(word("zh"), word("en"))
