"""What a bench has not, noticed while a case runs."""

from __future__ import annotations


class BenchLacksError(LookupError):
    """This bench has not what the card needs to be judged; the case is inconclusive."""
