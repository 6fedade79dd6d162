"""How the defects of the card are written down: one line of what, and the rule that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codec.apdu import ResponseApdu
from conformance.sim.card.state import OK
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

DONE = ResponseApdu(b"", OK)


def defect(  # noqa: PLR0913, PLR0917  a defect has these parts
    name: str,
    case: str,
    finding: str,
    clause: str,
    replaces: str,
    apply: Callable[..., Any],
    purpose: str,
    *,
    beside: str | None = None,
) -> Defect:
    """A defect of the card: `case` fails on it with `finding`."""
    return Defect(
        id=name,
        clause=clause,
        kills=case,
        finding=finding,
        device="card",
        replaces=replaces,
        rule=Rule(clause, apply),
        purpose=purpose,
        beside=beside,
    )


def never(*_: object) -> None:
    """A check that objects to nothing, an effect that does nothing."""


def padded(expected: int, values: bytes) -> bytes:
    """Takes a list that is too short, zeros behind it, or too long."""
    return values[:expected].ljust(expected, b"\0")
