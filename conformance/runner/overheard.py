"""The facade `session` of a case: a session that was overheard, judged by what was said in it and no more.

On a replay bench it is the file that somebody recorded. Wherever the harness acts itself, two ordinary
purchases take its place, so that the same case says the same there. A case of this kind exerts no influence:
it chooses no card, no amount, no fault, and whatever the session does not hold cannot be judged by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from conformance.codec.apdu import internal_authenticate
from conformance.expect.heard import Heard, transactions
from conformance.kernel.termination import TerminatedError
from conformance.link.outcomes import NotOffered
from conformance.link.traced import TracedCard
from conformance.model.run import Observation
from conformance.runner import probe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.link.card import CardLink
    from conformance.model.run import Exchange
    from conformance.runner.card import Card
    from conformance.runner.journal import Journal
    from conformance.runner.terminal import Terminal

_DAY = "2026-05-04"
_NUMBER = bytes.fromhex("7863AFC6")  # the terminal's, under the card's signature; any would do
_PPSE = "00A404000E325041592E5359532E444446303100"
_PURCHASES = 2


class NotInSessionError(LookupError):
    """The session holds nothing that the case could judge."""


class Source(Protocol):
    """Where a session comes from."""

    def exchanges(self, interface: str) -> Sequence[Exchange]:
        """What was said on the card's "contact" or "contactless" side, noted in the journal."""
        ...


class Session:
    """A session as a case sees it, cut into transactions. Both verbs belong into a preamble."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def contact(self, holding: str = "SELECT") -> Sequence[Heard]:
        """The transactions over contacts in which the card answered this command."""
        return self._heard("contact", holding)

    def contactless(self, holding: str = "SELECT") -> Sequence[Heard]:
        """The transactions in the field in which the card answered this command."""
        return self._heard("contactless", holding)

    def _heard(self, interface: str, holding: str) -> Sequence[Heard]:
        in_field = interface == "contactless"
        found = [
            each
            for each in transactions(self._source.exchanges(interface))
            if each.in_field is in_field and each.holds(holding)
        ]
        if not found:
            raise NotInSessionError(f"{interface}: {holding}")
        return found


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file. Every case that listens to it finds all of it in its own part of the record."""

    overheard: Sequence[Exchange]
    journal: Journal

    def exchanges(self, interface: str) -> Sequence[Exchange]:  # noqa: ARG002  which is which, its answers tell
        said = [replace(each, number=self.journal.next_number()) for each in self.overheard]
        if said:
            numbers = f"1–{len(said)} → {said[0].number}–{said[-1].number}"
            self.journal.note(Observation("session", {"numbers": numbers}))
        for each in said:
            self.journal.exchanged(each)
        return said


@dataclass(frozen=True, slots=True)
class SoldByTerminal:
    """Two sales of 10.00 at the terminal under test, with cards of ours."""

    terminal: Terminal

    def exchanges(self, interface: str) -> Sequence[Exchange]:
        self._make_ready()
        said: list[Exchange] = []
        for _ in range(_PURCHASES):
            sold = self.terminal.pos.sell(_card_for(interface), "10.00", interface=interface)
            said += sold.exchanges
        return said

    def _make_ready(self) -> None:
        """As the kernel's cases do; a terminal that cannot be told so sells as it was set up."""
        try:
            self.terminal.ready(date=_DAY)
            self.terminal.pos.accept()
        except NotOffered:
            self.terminal.ready()


def _card_for(interface: str) -> probe.ProbeCard:
    if interface == "contactless":
        return probe.card("electronic-cash", balance="50.00")
    return probe.card("debit-credit")


class PaidByCard:
    """Two purchases with the card under test; over contacts the second one is approved by its issuer."""

    def __init__(self, link: CardLink, journal: Journal, make: Callable[[CardLink], Card]) -> None:
        self._said: list[Exchange] = []
        listening = TracedCard(
            link, self._said.append, clock=journal.clock, number=lambda: journal.last_exchange or 0
        )
        self._card = make(listening)

    def exchanges(self, interface: str) -> Sequence[Exchange]:
        pay = self._tap if interface == "contactless" else self._insert
        for number in range(_PURCHASES):
            self._card.reset()
            try:
                pay(number)
            except TerminatedError:
                continue  # the card ended it: that is what there is to hear
        return self._said

    def _tap(self, _number: int) -> None:
        self._card.send(_PPSE)
        self._card.contactless.pay("1.00")

    def _insert(self, number: int) -> None:
        if number:
            self._card.contact.approve_online()
            return
        self._card.contact.initiate("1.00")
        self._card.exchange(internal_authenticate(_NUMBER))
        self._card.contact.generate_ac("TC")
