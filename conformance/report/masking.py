"""PANs are not shown on report pages: their middle digits are covered, wherever they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.codec.values import Track2, mask_pan, pan_from_bytes
from conformance.model.run import Observation
from conformance.report.trace.known import answer, objects, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.model.run import CaseRecord

_PAN, _TRACK2 = 0x5A, 0x57
_SHORTEST = 12
_ISSUER = 6  # characters that a PAN begins with, in any of its shapes
_LOOKS_LIKE_A_PAN = re.compile(r"(?<![0-9A-Za-z])\d{13,19}(?![0-9A-Za-z])")
_IN_HEX = "·"


class Masks:
    """Covers the PANs that a run has shown, in hex (as BCD and as characters) and in words."""

    def __init__(self, pans: Iterable[str]) -> None:
        known = sorted({pan for pan in pans if len(pan) >= _SHORTEST and pan.isdecimal() and pan.strip("0")})
        shapes = {pan: _covered(pan) for pan in known}
        self._words = _anywhere(known)
        self._shapes = shapes | {_characters(pan): _characters_covered(pan) for pan in known}
        self._hex = _anywhere(sorted(self._shapes))

    def hex(self, digits: str) -> str:
        """Hex digits with every known PAN in them covered."""
        if self._hex is None or len(digits) < _SHORTEST:
            return digits
        return self._hex.sub(lambda found: self._shapes[found[0]], digits)

    def words(self, words: str) -> str:
        """Words or a value with every known PAN covered, and whatever else looks like one."""
        if len(words) < _SHORTEST:
            return words
        if self._words is not None:
            words = self._words.sub(lambda found: mask_pan(found[0]), words)
        if self._hex is not None:
            words = self._hex.sub(lambda found: self._shapes[found[0]], words)
        return _LOOKS_LIKE_A_PAN.sub(lambda found: mask_pan(found[0]), words)


def masks(cases: Iterable[CaseRecord]) -> Masks:
    """The PANs that cards and terminals have shown in these cases."""
    return Masks(
        pan for case in cases for step in case.steps for event in step.events for pan in _pans(event)
    )


def _pans(event: object) -> Iterator[str]:
    if isinstance(event, Observation):
        yield from (value for key, value in event.values.items() if key == "pan" and isinstance(value, str))
    response = answer(getattr(event, "response", None))
    if response is None:
        return
    for found in walk(objects(response.data)):
        try:
            if found.tag == _PAN:
                yield pan_from_bytes(found.value)
            elif found.tag == _TRACK2:
                yield Track2.parse(found.value).pan
        except ValueError:
            continue


def _covered(pan: str) -> str:
    return mask_pan(pan).replace("*", _IN_HEX)


def _characters(pan: str) -> str:
    return pan.encode("ascii").hex().upper()


def _characters_covered(pan: str) -> str:
    return "".join(2 * _IN_HEX if digit == _IN_HEX else f"3{digit}" for digit in _covered(pan))


def _anywhere(shapes: list[str]) -> re.Pattern[str] | None:
    """Any of these; sorted by issuer first, as a long run has shown hundreds of cards of a few issuers."""
    issuers: dict[str, list[str]] = {}
    for shape in sorted(shapes, key=lambda shape: (-len(shape), shape)):
        issuers.setdefault(shape[:_ISSUER], []).append(re.escape(shape[_ISSUER:]))
    cards = (f"{re.escape(issuer)}(?:{'|'.join(cards)})" for issuer, cards in issuers.items())
    return re.compile("|".join(cards)) if issuers else None
