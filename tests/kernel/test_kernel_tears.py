"""A card that leaves at any exchange: what terminal, card and issuer are left with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from simulated_parties import PAN, Bank, card, inserted, tapped
from test_kernel_paths import ONLINE_READER, Indicator, balance, extension

from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.kernel.preprocess import Limits
from conformance.kernel.transaction import Outcome
from conformance.link.outcomes import CardWithdrawn
from conformance.link.tear import AnswerLost
from conformance.sim.host.issuer import Script, put_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.kernel.result import Result
    from conformance.link.memory import MemoryCard


@dataclass
class Leaving:
    """A card that leaves before it sees exchange number `at`, or with its answer on the way."""

    link: MemoryCard
    at: int
    answered: bool
    count: int = 0

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        self.count += 1
        if self.count < self.at:
            return self.link.exchange(command)
        if self.count == self.at and self.answered:
            raise AnswerLost(self.link.exchange(command))
        raise CardWithdrawn("left")


@dataclass(frozen=True)
class Kind:
    """A transaction to tear: `pays` is what a whole one takes from the balance, `loads` what it sets; fen."""

    card: Callable[[], MemoryCard]
    run: Callable[[Any, Bank], Result]
    pays: int = 0
    loads: int | None = None


def online(link: Any, bank: Bank) -> Result:
    return inserted(link, bank, floor_limit=500)


def cash(link: Any, bank: Bank) -> Result:
    return inserted(link, bank, electronic_cash=True, cash_limit=20_000, floor_limit=50_000)


def loaded(link: Any, bank: Bank) -> Result:
    bank.issuer.send_script(PAN, Script(bytes(4), (put_data(Tag.EC_BALANCE, to_bcd(9000, 6)),)))
    return inserted(link, bank, terms={"online_only": True})


def online_tap(link: Any, bank: Bank) -> Result:
    return tapped(link, bank, ttq=ONLINE_READER, limits=Limits(floor=500))


def segment(link: Any, _bank: Bank) -> Result:
    return tapped(link, extended_application=True, extension=extension(Indicator.SEGMENT, 300))


def in_field(profile: str = "electronic-cash") -> MemoryCard:
    return card(profile, "contactless")


KINDS = {
    "debit offline": Kind(card, inserted),
    "debit online": Kind(card, online),
    "debit with CDA": Kind(
        lambda: card("debit-credit"), lambda link, bank: inserted(link, bank, floor_limit=500)
    ),
    "cash": Kind(card, cash, pays=1000),
    "load": Kind(card, loaded, loads=9000),
    "tap": Kind(in_field, tapped, pays=1000),
    "tap with SM": Kind(lambda: in_field("sm-beside-rsa"), tapped, pays=1000),
    "online tap": Kind(in_field, online_tap),
    "segment": Kind(lambda: in_field("extended-application"), segment, pays=300),
}


def whole(kind: Kind) -> int:
    """How many exchanges the transaction has when nobody leaves."""
    counting = Leaving(kind.card(), 10_000, answered=False)
    assert kind.run(counting, Bank()).approved
    return counting.count


TEARS = [
    pytest.param(kind, at, answered, id=f"{name}, exchange {at}, {'after' if answered else 'before'}")
    for name, kind in KINDS.items()
    for at in range(1, whole(kind) + 1)
    for answered in (False, True)
]


@pytest.mark.parametrize(("kind", "at", "answered"), TEARS)
def test_nothing_is_raised_and_money_moves_whole_or_not_at_all(kind: Kind, at: int, answered: bool) -> None:
    link, bank = kind.card(), Bank()
    before = balance(link) if kind.pays or kind.loads else None
    link.reset()
    result = kind.run(Leaving(link, at, answered), bank)
    if before is not None:
        assert balance(link) in (before, before - kind.pays, kind.loads)
    if result.approved and kind.pays:
        assert balance(link) == (before or 0) - kind.pays


@pytest.mark.parametrize(("kind", "at", "answered"), TEARS)
def test_what_the_issuer_took_is_approved_or_to_be_reversed(kind: Kind, at: int, answered: bool) -> None:
    bank = Bank()
    result = kind.run(Leaving(kind.card(), at, answered), bank)
    taken = bank.issuer.balance(PAN) < 1_000_000
    assert taken is (result.outcome is Outcome.ONLINE_APPROVED or result.reversal_due)


@pytest.mark.parametrize("kind", [KINDS["tap"], KINDS["tap with SM"], KINDS["segment"]])
def test_a_tap_that_committed_unseen_is_kept_for_its_card(kind: Kind) -> None:
    """Lost at the last record the card has paid, and the terminal keeps what shows it (PB-7.5)."""
    last = whole(kind)
    for at in range(1, last + 1):
        result = kind.run(Leaving(kind.card(), at, answered=True), Bank())
        assert result.outcome is Outcome.LOST
        assert (result.torn is not None) is (at == last)
