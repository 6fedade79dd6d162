"""The samples in an operator's hand: read before they are used, and said so where one does not suit."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from conformance.codec.values import fen
from conformance.link.memory import MemoryCard
from conformance.link.operator.terminal import SampleInHand
from conformance.link.outcomes import CardWithdrawn, NotOffered
from conformance.runner.hand import Hand
from conformance.runner.journal import Journal, journalled
from conformance.runner.probe import answer_lost, card, toll_card
from conformance.runner.samples import HeldSample
from conformance.sim.card import build

PLAIN = HeldSample("S-01", "reader A", profile="electronic-cash", balance="50.00", atc=0)
OTHER = HeldSample("S-02", "reader A", profile="electronic-cash", balance="20.00")
LISTED = HeldSample(
    "S-03", profile="electronic-cash", balance="50.00", personalised={"pan": "6210948000000333"}
)


class Slot:
    """A reader; the operator lays into it what the test has prepared, one thing after the other."""

    def __init__(self, *laid: MemoryCard | None) -> None:
        self.laid = list(laid)
        self.card: MemoryCard | None = None

    def lay(self) -> None:
        self.card = self.laid.pop(0)

    def reset(self) -> bytes:
        if self.card is None:
            raise CardWithdrawn("no card")
        return self.card.reset()

    def exchange(self, command):
        return self.card.exchange(command)


def holding(balance: str) -> MemoryCard:
    return MemoryCard(build(balance=fen(balance)))


class Person:
    """Does what is asked with samples, and keeps it."""

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        self.keys: list[str] = []
        self.noted: list[tuple[str, dict]] = []

    def ask(self, question):
        self.keys += [line.key for line in question.lines]
        if question.lines[0].key in ("do.lay", "do.lay-again", "do.unsuited"):
            self.slot.lay()

    def note(self, name, values):
        self.noted.append((name, dict(values)))


@contextmanager
def lent(*laid: MemoryCard | None, held=(PLAIN, OTHER, LISTED)):
    slot = Slot(*laid)
    person = Person(slot)
    hand = Hand(held, person.ask, person.note, lambda _name: slot)
    journal = Journal()
    with journalled(journal), hand.lent():
        journal.open_step("step", 0, "")
        yield person


def present(sample, tear=None):
    with sample.in_field(tear) as (link, exchanges):
        return link, exchanges


def test_balance_and_atc_are_read_before_the_first_use_and_not_between_taps():
    with lent(holding("50.00")) as person:
        sample = card("electronic-cash", balance="50.00")
        assert present(sample) == (SampleInHand("S-01"), None)
        present(sample)
    assert person.keys == ["do.lay"]
    ((name, values),) = person.noted
    assert (name, values["serial"], values["how"], values["balance"]) == ("sample", "S-01", "read", "50.00")
    assert isinstance(values["atc"], int)


def test_a_sample_that_does_not_suit_is_said_so_before_the_tap():
    with lent(holding("48.00"), holding("50.00")) as person:
        present(card("electronic-cash", balance="50.00"))
    assert person.keys == ["do.lay", "do.unsuited", "do.adjust"]
    assert [values["balance"] for _, values in person.noted] == ["48.00", "50.00"]


def test_an_empty_reader_is_asked_for_again():
    with lent(None, None, holding("50.00")) as person:
        present(card("electronic-cash", balance="50.00"))
    assert person.keys == ["do.lay", "do.lay-again", "do.lay-again"]


def test_a_reader_that_stays_empty_is_an_outcome():
    with lent(*[None] * 5) as person, pytest.raises(CardWithdrawn):
        present(card("electronic-cash", balance="50.00"))
    assert person.keys.count("do.lay-again") == 3


def test_the_sample_whose_balance_suits_is_taken_first():
    with lent(holding("20.00")) as person:
        assert present(card("electronic-cash", balance="20.00"))[0] == SampleInHand("S-02")
    assert person.keys == ["do.lay"]


def test_two_cards_of_a_case_are_two_samples():
    with lent(holding("50.00"), holding("20.00")):
        serials = {present(card("electronic-cash"))[0].serial for _ in range(2)}
    assert serials == {"S-01", "S-02"}


def test_a_card_that_is_personalised_as_asked_is_taken_for_that_alone():
    with lent():
        assert present(card("electronic-cash", pan="6210948000000333"))[0] == SampleInHand("S-03")


def test_another_card_with_a_lower_atc_is_noticed():
    held = (replace(PLAIN, atc=9999),)
    with lent(holding("50.00"), *[None] * 4, held=held) as person, pytest.raises(CardWithdrawn):
        present(card("electronic-cash", balance="50.00"))
    assert person.keys[:3] == ["do.lay", "do.stranger", "do.lay"]


def test_without_a_reader_the_inventorys_word_counts_until_the_sample_was_used():
    slot, listed = Slot(), {"pan": "6210948000000333", "balance": "50.00"}
    person = Person(slot)
    hand = Hand((LISTED,), person.ask, person.note, lambda _name: slot)
    with journalled(Journal()):
        for _ in range(2):
            with hand.lent():
                present(card("electronic-cash", **listed))
    assert person.keys == ["do.confirm-balance"]
    assert [values["how"] for _, values in person.noted] == ["declared", "declared"]


def test_without_a_reader_another_balance_is_to_be_made_sure_of():
    with lent() as person:
        present(card("electronic-cash", pan="6210948000000333", balance="20.00"))
    assert person.keys == ["do.confirm-balance"]


@pytest.mark.parametrize(
    "wanted",
    [
        lambda: card("transit-card"),
        lambda: card("electronic-cash", pan="6210948000000444"),
        lambda: card("electronic-cash", probe="fdda-signature-forged"),
        lambda: card("electronic-cash", elements={0xDF61: b"\x81"}),
        lambda: toll_card(entered="2026-07-01T08:00:00"),
    ],
)
def test_a_card_that_nobody_holds_is_said(wanted):
    with lent(), pytest.raises(NotOffered, match="a sample with profile"):
        present(wanted())


def test_no_person_tears_a_tap():
    with lent(), pytest.raises(NotOffered):
        present(card("electronic-cash"), answer_lost("last record"))


def test_a_sample_without_a_reader_cannot_be_asked():
    with lent(), pytest.raises(NotOffered, match="S-03"):
        card("electronic-cash", pan="6210948000000333").reset()


def test_outside_such_a_bench_cards_are_simulated():
    with journalled(Journal()):
        assert card("electronic-cash").reset()
