"""What to say about a name that nobody knows."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the valid name most like `name`, or None when none is."""
    known = {candidate.casefold(): candidate for candidate in sorted(names)}
    found = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def instead(name: str, names: Iterable[str]) -> str:
    """The end of a sentence that refuses `name`: the name that was meant, or all that there are."""
    known = sorted(names)
    close = nearest(name, known)
    return f"did you mean {close}?" if close else f"there are: {', '.join(known) or 'none'}"
