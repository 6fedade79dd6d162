"""What a case does at a scenic gate besides what every terminal does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codec.values import fen
from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import (
    Entitlement,
    Entitlements,
    GateTerms,
    GroupShare,
    Operation,
    Parameters,
    TicketClass,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.runner.terminal.door import Door


class Gate:
    """A lane at the entrance of a scenic area."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def admit(
        self,
        *,
        prices: Mapping[str, str],
        shares: Mapping[int, int] | None = None,
        single_limit: str | None = None,
        **terms: Any,
    ) -> None:
        """Say what a passage costs: `prices` in yuan by class, the first being the default.

        `shares` are percents of the price by the least number of people; `single_limit` is in yuan; `terms`
        the other members of `GateTerms`: group_most, passage_s, valid_s, direction and so on.
        """
        self._door.load(
            Parameters(
                gate=GateTerms(
                    classes=tuple(TicketClass(name, fen(price)) for name, price in prices.items()),
                    group_shares=tuple(GroupShare(*share) for share in (shares or {}).items()),
                    single_limit=None if single_limit is None else fen(single_limit),
                    **terms,
                )
            )
        )

    def choose(self, ticket_class: str) -> bool:
        """Key in a class of ticket for the next card; False where the gate refuses it."""
        return self._accepted(Operation("class", {"name": ticket_class}))

    def group(self, people: str) -> bool:
        """Key in how many people the next card pays for; False where the gate refuses it."""
        return self._accepted(Operation("group", {"people": people}))

    def walk_through(self) -> bool:
        """Let one person go through; False where the gate does not give way."""
        return self._accepted(Operation("pass"))

    def sell_before(self, *tickets: tuple[str, str], version: int, key: str) -> None:
        """Download the pre-sold tickets: token and day of each, and the key of the tokens in hex."""
        sold: Sequence[Entitlement] = tuple(Entitlement(token, day) for token, day in tickets)
        self._door.load(Parameters(entitlements=Entitlements(version, bytes.fromhex(key), tuple(sold))))

    def _accepted(self, operation: Operation) -> bool:
        try:
            self._door.operate(operation)
        except TerminalRefused:
            return False
        return True
