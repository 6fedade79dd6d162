"""The terminal's door: identify, load, operate, present a card, observe, disturb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.link.card import CardLink
    from conformance.model.terminal import (
        Fault,
        Operation,
        Parameters,
        Presentation,
        Stripe,
        TerminalIdentity,
    )

T = TypeVar("T")


class TerminalLink(Protocol):
    """The same verbs for a device in process, behind the control protocol, or with an operator."""

    def identify(self) -> TerminalIdentity: ...

    def load(self, parameters: Parameters) -> None: ...

    def operate(self, operation: Operation) -> None: ...

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Bring the card into the field, or with "contact" into the slot.

        Returns when the terminal is done with it or has lost it.
        """
        ...

    def swipe(self, stripe: Stripe) -> Presentation:
        """Draw a card's stripe through the reader."""
        ...

    def observe(self, kind: type[T]) -> Sequence[T]:
        """What the terminal shows of one kind: a log since it was started, oldest first, or what is now."""
        ...

    def disturb(self, fault: Fault) -> None: ...

    def wait(self, seconds: float) -> None:
        """Let time pass on the terminal's time base."""
        ...

    def alive(self) -> bool:
        """True when the link itself answers, so that a silence is the terminal's own."""
        ...
