"""The facade `card` of a case: a card under test, and its issuer where the bench has test keys."""

from __future__ import annotations

from conformance.runner.card.card import Card, Signed
from conformance.runner.card.lacks import BenchLacksError

__all__ = ["BenchLacksError", "Card", "Signed"]
