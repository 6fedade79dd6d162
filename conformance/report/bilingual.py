"""Both languages in one page: every text is written twice, and the root's `lang` says which one shows.

The page holds its style and its script, and asks nobody for anything.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance import text
from conformance.report.masking import Masks
from conformance.text import programme as words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model.programme import FailingCase, Reason

_MASKS = Masks(())
_SWITCH = """
document.getElementById("language").addEventListener("click", () => {
  const root = document.documentElement;
  root.lang = root.lang === "zh" ? "en" : "zh";
});
"""


def environment() -> Environment:
    """Set up the templates with the functions by which they word keys, mappings, reasons and findings."""
    made = Environment(
        loader=PackageLoader("conformance.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        say=_say,
        text=_both,
        reason=_reason,
        cause=_cause,
        case_reason=_case_reason,
        word=words.say,
        masked=_MASKS.words,
        style=Markup(_static("base.css") + _static("programme.css")),  # noqa: S704 -- our own files
        script=Markup(_SWITCH),  # noqa: S704 -- our own text
    )
    return made


def _static(name: str) -> str:
    return files("conformance.report").joinpath("static", name).read_text(encoding="utf-8")


def _say(key: str, **arguments: Any) -> Markup:
    return _both({language: words.say(key, language, arguments) for language in text.LANGUAGES})


def _reason(reason: Reason) -> Markup:
    return _both({language: words.reason(reason, language) for language in text.LANGUAGES})


def _cause(case: FailingCase) -> Markup:
    """Word why a case blocks: its headline finding, or why it was not judged."""
    if case.finding is None:
        return _case_reason(case.reason or "")
    finding = case.finding
    return _both({each: text.finding(finding, each).what for each in text.LANGUAGES})


def _case_reason(reason: str) -> Markup:
    return _both({each: text.case_reason(reason, each) for each in text.LANGUAGES})


def _both(sentence: Mapping[str, str]) -> Markup:
    """Write a sentence in both languages; whatever in it looks like a PAN is covered."""
    sentence = {each: _MASKS.words(sentence[each]) for each in text.LANGUAGES}
    if sentence["zh"] == sentence["en"]:
        return Markup("{}").format(sentence["zh"])
    return Markup(
        '<span data-lang="zh" lang="zh-CN">{zh}</span><span data-lang="en" lang="en">{en}</span>'
    ).format(zh=sentence["zh"], en=sentence["en"])
