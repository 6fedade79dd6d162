"""What refuses a command before anything runs, told to its user in one sentence."""

from __future__ import annotations


class CatalogueError(ValueError):
    """The catalogue contradicts itself; the message lists every place."""


class UnknownProductError(LookupError):
    """No file declares the product that was asked for."""


class UnknownBenchError(LookupError):
    """There is no bench of that name, or it cannot take this product."""


class IdentityDiffersError(ValueError):
    """The terminal says that it is another firmware than the one that its vendor declared."""
