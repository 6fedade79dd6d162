"""The extended application under any order of commands: no fen comes from nowhere (PB-8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from sim_card_extended import BUS, COMPLETION, HISTORY, HOLD, METRO, OPEN_KEY, SEGMENT, Gate, entered, gate
from sim_card_reader import LAST

from conformance.codec.apdu import CommandApdu
from conformance.codec.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = {
    0x9000, 0x6581, 0x6700, 0x6971, 0x6972, 0x6973, 0x6974, 0x6985, 0x6986, 0x6988, 0x6A80, 0x6A82, 0x6A83,
    0x6A84, 0x6A86, 0x6A88, 0x6D00, 0x6E00, 0x9406,
}  # PB-2, PB-8  # fmt: skip
BALANCE, DEPOSIT = 3000, 2000
ANY = st.builds(
    CommandApdu,
    st.sampled_from([0x00, 0x04, 0x80, 0x84]),
    st.sampled_from([0x5A, 0xA4, 0xA8, 0xB2, 0xB4, 0xCA, 0xDE, 0xE2]),
    st.sampled_from([0, 1]),
    st.sampled_from([METRO << 3, METRO << 3 | 1, BUS << 3, HISTORY << 3, HISTORY << 3 | 4, 5]),
    st.binary(max_size=60),
    st.none(),
)


@dataclass
class Day:
    """A card in use; `wanted` is indicator, amount, ID of the transaction under way, `spent` the payments."""

    gate: Gate = field(default_factory=lambda: gate(balance=BALANCE, deposit=DEPOSIT))
    number: int = 0x0570
    wanted: tuple[str, int, int] | None = None
    spent: int = 0
    held: dict[int, int] = field(default_factory=dict)

    def select(self) -> int:
        self.wanted = None
        return self.gate.select().sw

    def look(self, number: int) -> int:
        self.number = number
        return self.gate.read_capp(number).sw

    def gpo(self, indicator: str, amount: int) -> int:
        answer = self.gate.gpo(indicator, amount)
        tc = answer.ok and self.gate.found(answer, Tag.AFL)
        if answer.ok:
            self.wanted = (indicator, amount, self.number) if tc else None
        return answer.sw

    def update(self, number: int) -> int:
        return self.gate.update(entered(number, 1)).sw

    def history(self) -> int:
        return self.gate.update(bytes(16), HISTORY, OPEN_KEY).sw

    def finish(self) -> int:
        answer = self.gate.read(*LAST)
        if answer.ok and self.wanted:
            indicator, amount, number = self.wanted
            self.wanted = None
            if indicator == HOLD:
                self.held[number] = amount
            else:
                self.spent += amount
                self.held.pop(number if indicator == COMPLETION else -1, None)
        return answer.sw

    def torn(self) -> int:
        self.wanted = None
        self.gate.card.power_off()
        self.gate.card.power_on()
        return 0x9000

    def any(self, command: CommandApdu) -> int:
        """A command that cannot commit; it may end the chance of an update."""
        if command.ins in (0xA4, 0xA8):
            self.wanted = None
        return self.gate.card.process(command).sw


NUMBER = st.sampled_from([0x0570, 0x0571, 0x0572, 0x0573])
USUAL = st.one_of(
    st.just(Day.select),
    st.builds(lambda number: lambda day: day.look(number), NUMBER),
    st.builds(
        lambda indicator, amount: lambda day: day.gpo(indicator, amount),
        st.sampled_from(["00", SEGMENT, HOLD, COMPLETION]),
        st.sampled_from([0, 1, 700, 3000, 5000, 5001]),
    ),
    st.builds(lambda number: lambda day: day.update(number), NUMBER),
    st.just(Day.history),
    st.just(Day.finish),
    st.just(Day.torn),
)
STRANGE = st.builds(lambda command: lambda day: day.any(command), ANY)
WHOLE = st.builds(
    lambda indicator, amount, number: (
        Day.select,
        lambda day: day.look(number),
        lambda day: day.gpo(indicator, amount),
        lambda day: day.update(number),
        Day.finish,
    ),
    st.sampled_from([SEGMENT, HOLD, COMPLETION]),
    st.sampled_from([0, 1, 700, 2500]),
    NUMBER,
)


def lived(steps: list[Callable[[Day], int]]) -> tuple[Day, list[int]]:
    day = Day()
    return day, [int(step(day)) for step in steps]


@settings(deadline=None)
@given(st.lists(st.one_of(USUAL, STRANGE), max_size=12))
def test_every_answer_has_a_status_word_of_the_table(steps: list[Callable[[Day], int]]) -> None:
    assert set(lived(steps)[1]) <= TABLE


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.one_of(WHOLE, WHOLE, st.lists(USUAL, max_size=4)), max_size=8).map(
        lambda parts: [step for part in parts for step in part]
    )
)
def test_what_is_held_spent_and_left_is_what_there_was(steps: list[Callable[[Day], int]]) -> None:
    day, _ = lived(steps)
    balance, deducted = day.gate.amounts()
    assert balance - deducted + sum(day.held.values()) + day.spent == BALANCE
    assert 0 <= deducted <= DEPOSIT
    assert len(day.held) <= 3
