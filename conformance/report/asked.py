"""What an operator was told to do, in a reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance import text

if TYPE_CHECKING:
    from collections.abc import Mapping


def told(answer: Mapping[str, Any], language: str) -> str:
    """The question's heading and its sentences; what a newer suite asks is told by its name."""
    colon, stop = ("：", "；") if language == "zh" else (": ", "; ")
    sentences = [_sentence(**line, language=language) for line in answer["told"]]
    return _sentence(f"ask.{answer['asked']}", language) + colon + stop.join(sentences)


def _sentence(say: str, language: str, **arguments: str) -> str:
    try:
        return text.asked(say, arguments, language)
    except LookupError:
        return ", ".join((say, *arguments.values()))
