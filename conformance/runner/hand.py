"""The samples that an operator holds: which one a case gets, and what it holds before it is used.

Of a sample that has a reader, balance and ATC are read there before each case that uses it, and whenever an
expectation asks. Of any other the inventory's word counts until it was presented; then the operator is asked.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from conformance.codec import apdu, tlv
from conformance.codec.tags import Tag
from conformance.codec.values import fen, from_bcd, yuan
from conformance.link.operator.terminal import SampleInHand
from conformance.link.outcomes import CardWithdrawn, NotOffered
from conformance.link.traced import TracedCard
from conformance.model.operator import Line, Question
from conformance.runner.journal import current_journal
from conformance.runner.probe import supplied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink
    from conformance.link.tear import Tear
    from conformance.model.operator import Answer
    from conformance.model.run import Exchange
    from conformance.model.terminal import Stripe
    from conformance.runner.probe import WantedCard
    from conformance.runner.samples import HeldSample

_ELECTRONIC_CASH = bytes.fromhex("A0000003330101")
_LAID = 3  # times that a sample is asked for before the reader is given up


@dataclass
class _Known:
    """What is known of a sample now; None for what is not."""

    balance: int | None
    atc: int | None
    on_reader: bool = False


@dataclass
class Hand:
    """The inventory of a bench in an operator's hand. `ask` puts a question, `note` writes into the record.

    `reader` gives the link to a reader by its name.
    """

    held: tuple[HeldSample, ...]
    ask: Callable[[Question], Answer]
    note: Callable[[str, Mapping[str, Any]], None]
    reader: Callable[[str], CardLink]
    used: list[str] = field(default_factory=list)  # serials, each as often as it was presented
    _taken: list[str] = field(default_factory=list)
    _known: dict[str, _Known] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.held:
            balance = None if each.balance is None else fen(each.balance)
            self._known[each.serial] = _Known(balance, each.atc)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let cards that a case asks for inside be samples, each another one."""
        self._taken.clear()
        with supplied(self.take):
            yield

    def take(self, wanted: WantedCard) -> HeldCard:
        """The sample that fits best and was not taken: not personalised beyond need, balance as asked."""
        fit = [each for each in self.held if each.serial not in self._taken and _serves(each, wanted)]
        fit.sort(key=lambda each: self._distance(each, wanted))
        if fit:
            self._taken.append(fit[0].serial)
        return HeldCard(self, fit[0] if fit else None, wanted)

    def _distance(self, sample: HeldSample, wanted: WantedCard) -> tuple[int, bool]:
        other = wanted.balance is not None and self._known[sample.serial].balance != wanted.balance
        return len(sample.personalised), other

    def prepare(self, sample: HeldSample, wanted: WantedCard) -> None:
        """Before the first use in a case: read what the sample holds, and say so where it does not suit."""
        if not sample.reader:
            self._confirm(sample, wanted)
            return
        while True:
            known = self._read(sample)
            if known.balance is None:
                self._confirm(sample, wanted)
                return
            if wanted.balance in (None, known.balance):
                return
            told = {"serial": sample.serial, "holds": yuan(known.balance), "wants": yuan(wanted.balance or 0)}
            self._ask(sample, Line("do.unsuited", told), Line("do.adjust", told))

    def link(self, sample: HeldSample) -> TracedCard:
        """The sample in its reader, where the operator has laid it."""
        if not sample.reader:
            raise NotOffered(f"a reader for sample {sample.serial}")
        known = self._known[sample.serial]
        if not known.on_reader:
            self._ask(sample, Line("do.lay", {"serial": sample.serial, "reader": sample.reader}))
            for each in self.held:
                if each.reader == sample.reader:
                    self._known[each.serial].on_reader = False
            known.on_reader = True
        journal = current_journal()
        card = self.reader(sample.reader)
        return TracedCard(card, journal.exchanged, clock=journal.clock, number=journal.next_number)

    def reset(self, sample: HeldSample) -> bytes:
        """Power the sample in its reader; where no card is seen, ask for it again."""
        for _ in range(_LAID):
            try:
                return self.link(sample).reset()
            except CardWithdrawn:
                self._ask(sample, Line("do.lay-again", {"serial": sample.serial}))
        return self.link(sample).reset()

    def presented(self, sample: HeldSample) -> None:
        """From now on the sample holds what the terminal left it."""
        self.used.append(sample.serial)
        known = self._known[sample.serial]
        known.balance, known.on_reader = None, False

    def _read(self, sample: HeldSample) -> _Known:
        """Balance and ATC by GET DATA; an ATC below the last one is another card's."""
        known = self._known[sample.serial]
        while True:
            self.reset(sample)
            link = self.link(sample)
            link.exchange(apdu.select(_ELECTRONIC_CASH))
            balance = _number(link.exchange(apdu.get_data(Tag.EC_BALANCE)), Tag.EC_BALANCE, decimal=True)
            atc = _number(link.exchange(apdu.get_data(Tag.ATC)), Tag.ATC, decimal=False)
            if atc is None or known.atc is None or atc >= known.atc:
                break
            told = {"serial": sample.serial, "atc": str(atc), "known": str(known.atc)}
            known.on_reader = False
            self._ask(sample, Line("do.stranger", told))
        known.balance, known.atc = balance, atc
        self._note(sample, known, "read")
        return known

    def _confirm(self, sample: HeldSample, wanted: WantedCard) -> None:
        """Without a reader: the inventory's word, or else the operator's."""
        known = self._known[sample.serial]
        if wanted.balance is not None and known.balance != wanted.balance:
            told = {"serial": sample.serial, "wants": yuan(wanted.balance)}
            self._ask(sample, Line("do.confirm-balance", told))
            known.balance = wanted.balance
        self._note(sample, known, "declared")

    def _ask(self, sample: HeldSample, *lines: Line) -> None:
        self.ask(Question("sample", lines, serials=(sample.serial,)))

    def _note(self, sample: HeldSample, known: _Known, how: str) -> None:
        told = {"balance": None if known.balance is None else yuan(known.balance), "atc": known.atc}
        self.note("sample", {"serial": sample.serial, "how": how, **told})


def _serves(sample: HeldSample, wanted: WantedCard) -> bool:
    """True when the sample is personalised in all that the case asks for; money can be loaded."""
    own = {"profile": sample.profile, **sample.personalised}
    return all(own.get(name) == value for name, value in wanted.particulars.items())


def _number(response: ResponseApdu, tag: int, *, decimal: bool) -> int | None:
    """The number that GET DATA brought, None where it brought none."""
    try:
        found = tlv.decode_one(response.data).find(tag) if response.ok else None
    except tlv.TlvError:
        return None
    if found is None or (decimal and not found.value.hex().isdecimal()):
        return None
    return from_bcd(found.value) if decimal else int.from_bytes(found.value)


class HeldCard:
    """A sample as a case's card: presented by hand, asked in its reader."""

    def __init__(self, hand: Hand, sample: HeldSample | None, wanted: WantedCard) -> None:
        self._hand = hand
        self._sample = sample
        self._wanted = wanted
        self._prepared = False

    @property
    def stripe(self) -> Stripe:
        raise NotOffered("a stripe of known contents")

    @property
    def last_exchange(self) -> int | None:
        return current_journal().last_exchange

    def reset(self) -> bytes:
        return self._hand.reset(self._own())

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        return self._hand.link(self._own()).exchange(command)

    @contextmanager
    def in_field(
        self,
        tear: Tear | None,
        interface: str = "contactless",  # noqa: ARG002  a probe card's form
    ) -> Iterator[tuple[CardLink, list[Exchange] | None]]:
        """The sample for one presentation; what it exchanges meanwhile is not seen."""
        if tear is not None:
            raise NotOffered("a card withdrawn at a stated command")
        sample = self._own()
        if not self._prepared:
            self._hand.prepare(sample, self._wanted)
            self._prepared = True
        try:
            yield SampleInHand(sample.serial), None
        finally:
            self._hand.presented(sample)

    def _own(self) -> HeldSample:
        if self._sample is None:
            self._refuse()
        return self._sample

    def _refuse(self) -> NoReturn:
        raise NotOffered(f"a sample with {self._wanted}")
