"""Words of a programme's page, of certificates and of reasons; programme.yaml has both languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from conformance.codec.documents import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model.programme import Reason


def say(key: str, language: str, arguments: Mapping[str, str | int] | None = None) -> str:
    """Word a key such as "status.met" in "zh" or "en"; an unknown key raises LookupError."""
    return _table()[key][language].format_map(arguments or {})


def reason(reason: Reason, language: str) -> str:
    """Word why something does not count, or is not known."""
    return say(f"reason.{reason.code}", language, reason.arguments)


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    raw = files("conformance.text").joinpath("programme.yaml").read_bytes()
    table: Mapping[str, Mapping[str, str]] = parse(raw, "programme.yaml").value
    return table
