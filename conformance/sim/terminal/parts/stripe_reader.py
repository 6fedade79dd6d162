"""The reader of magnetic stripes, tracks 1 and 2 (ISO/IEC 7813)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.values import Track2

if TYPE_CHECKING:
    from conformance.model.terminal import Stripe

_TRACK1 = re.compile(r"%B(\d{1,19})\^([ -\]_]{2,26})\^(\d{4})(\d{3})([ -\]_]*)\?")
_TRACK2 = re.compile(r";(\d{1,19})=(\d{4})(\d{3})(\d*)\?", re.ASCII)
_LONGEST = {1: 78, 2: 39}  # characters with sentinels, without the check character


@dataclass(frozen=True, slots=True)
class Track1:
    """Format B; `expiry` is YYMM."""

    pan: str
    name: str
    expiry: str
    service_code: str
    discretionary: str


@dataclass(frozen=True, slots=True)
class Swipe:
    """What was read; None for a track that was empty, worn, or of no known format."""

    track1: Track1 | None
    track2: Track2 | None


class StripeReader:
    """`worn` are the numbers of the tracks that cannot be read."""

    def __init__(self) -> None:
        self.worn: frozenset[int] = frozenset()

    def swipe(self, stripe: Stripe) -> Swipe:
        first = self._read(1, _TRACK1, stripe.track1)
        second = self._read(2, _TRACK2, stripe.track2)
        return Swipe(Track1(*first) if first else None, Track2(*second) if second else None)

    def _read(self, number: int, form: re.Pattern[str], track: str | None) -> tuple[str, ...] | None:
        if track is None or number in self.worn or len(track) > _LONGEST[number]:
            return None
        match = form.fullmatch(track)
        return match.groups() if match else None
