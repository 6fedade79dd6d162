"""The named ways in which an exchange or an operation ends without an answer."""

from __future__ import annotations


class LinkOutcome(Exception):  # noqa: N818  these are outcomes of an exchange, not errors of ours
    """Something other than an answer came of an exchange."""


class CardMute(LinkOutcome):
    """The card is there and said nothing before the deadline."""


class CardWithdrawn(LinkOutcome):
    """The card left the reader or the field."""


class ReaderGone(LinkOutcome):
    """The reader disappeared, or could not be opened: the bench is at fault."""


class NoPcscService(LinkOutcome):
    """No PC/SC service runs on this machine: the bench is at fault."""


class TerminalHung(LinkOutcome):
    """The terminal did not answer before the deadline."""


class TerminalDied(LinkOutcome):
    """The terminal's program ended, or closed its connection."""


class TerminalGarbage(LinkOutcome):
    """The terminal answered something that its protocol does not allow."""


class TerminalRefused(LinkOutcome):
    """The terminal understood and refused, with its own words."""


class TerminalCancelled(LinkOutcome):
    """Somebody let the terminal abandon what it was asked for: nothing is said about it."""


class TerminalUnreachable(LinkOutcome):
    """No connection to the terminal could be made, or it does not let the suite in: the bench is at fault."""


class BenchBroken(LinkOutcome):
    """What the bench started was not ready, ended, or cannot be brought back: the bench is at fault."""


class NotOffered(LinkOutcome):
    """This door has no way to do or to show what was asked: nothing can be said about the terminal."""


class OperatorAbsent(LinkOutcome):
    """The person at the terminal did not answer before the deadline: nothing can be said."""


class OperatorSkipped(LinkOutcome):
    """The person at the terminal passed over what was asked: nothing can be said."""
