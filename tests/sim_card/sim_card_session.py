"""Any bytes are a session with a simulated card: its profile, then twelve commands (tox run -e soak)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from conformance.codec import apdu
from conformance.codec.apdu import CommandApdu
from conformance.sim.card import build

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.sim.card import SimulatedCard
    from conformance.sim.card.state import Memory

Choice = TypeVar("Choice")
LENGTH = 12
AID = bytes.fromhex("A000000333010101")
KINDS = (
    ("debit-credit", "contact"),
    ("electronic-cash", "contact"),
    ("electronic-cash", "contactless"),
    ("dual-currency", "contact"),
    ("dual-currency", "contactless"),
    ("sm-beside-rsa", "contact"),
    ("sm-beside-rsa", "contactless"),
    ("extended-deposit", "contactless"),
    ("contactless-debit", "contactless"),
    ("several-applications", "contactless"),
)
TABLE = {
    0x9000, 0x6283, 0x6300, 0x6581, 0x6700, 0x6971, 0x6972, 0x6973, 0x6974, 0x6976, 0x6983, 0x6984, 0x6985,
    0x6986, 0x6988, 0x6A80, 0x6A81, 0x6A82, 0x6A83, 0x6A84, 0x6A86, 0x6A88, 0x6D00, 0x6E00, 0x9406,
} | {0x63C0 | tries for tries in range(16)}  # PB-2, PB-8  # fmt: skip
INSTRUCTIONS = (
    0x16, 0x18, 0x1E, 0x20, 0x24, 0x5A, 0x82, 0x84, 0x88, 0xA4, 0xA8, 0xAE, 0xB2, 0xB4, 0xCA, 0xDA, 0xDC,
    0xDE, 0xE2,
)  # fmt: skip
TERMINAL = bytes.fromhex("26000080000000000100000000000000015600000000000156260501001122334401")
LISTED = (
    b"",
    bytes.fromhex("010000000001000156"),
    bytes.fromhex("01000000000100015601"),
    TERMINAL[:33],
    TERMINAL,
)


@dataclass
class Choices:
    """Takes decisions from bytes, and zeros when there are none left."""

    raw: bytes
    at: int = 0

    def taken(self, count: int) -> bytes:
        part = self.raw[self.at : self.at + count]
        self.at += count
        return part.ljust(count, b"\0")

    def one_of(self, some: Sequence[Choice]) -> Choice:
        return some[self.taken(1)[0] % len(some)]

    def command(self) -> CommandApdu:
        """Most are what a terminal sends, the rest anything of the card's instructions."""
        usual = (self.select, self.select, self.start, self.start, self.read, self.first, self.second)
        return self.one_of((*usual, self.pin, self.anything, self.anything, self.anything))()

    def select(self) -> CommandApdu:
        return apdu.select(self.one_of((AID, AID[:7], b"1PAY.SYS.DDF01", b"2PAY.SYS.DDF01")))

    def start(self) -> CommandApdu:
        return apdu.get_processing_options(self.one_of(LISTED))

    def read(self) -> CommandApdu:
        return apdu.read_record(self.taken(1)[0] % 31, self.taken(1)[0] % 6)

    def first(self) -> CommandApdu:
        return apdu.generate_ac(self.one_of((0x00, 0x40, 0x80, 0x50, 0x90)), self.taken(55))

    def second(self) -> CommandApdu:
        return apdu.generate_ac(self.one_of((0x00, 0x40, 0x90)), b"00" + self.taken(32))

    def pin(self) -> CommandApdu:
        return apdu.verify_pin(self.one_of(("9999", "0000")))

    def anything(self) -> CommandApdu:
        cla, ins = self.one_of((0x00, 0x04, 0x80, 0x84)), self.one_of(INSTRUCTIONS)
        p1, p2 = self.taken(2)
        return CommandApdu(cla, ins, p1, p2, self.taken(self.taken(1)[0] % 64))


@dataclass(frozen=True)
class Held:
    """What no session of a stranger may raise, and what it may not lower."""

    balances: tuple[int, ...]
    tries: tuple[int, ...]
    atcs: tuple[int, ...]

    @classmethod
    def of(cls, card: SimulatedCard) -> Held:
        memories: list[Memory] = [each.memory for each in card._state.applications]
        return cls(
            tuple(amount for memory in memories for amount in (memory.balance, memory.second_balance)),
            tuple(memory.pin_tries for memory in memories),
            tuple(memory.atc for memory in memories),
        )


def session(raw: bytes) -> None:
    """Play it; AssertionError where the card answers, gains or forgets what it must not."""
    choices = Choices(raw)
    profile, interface = choices.one_of(KINDS)
    card = build(profile, interface=interface)
    card.power_on()
    held = Held.of(card)
    for _ in range(LENGTH):
        command = choices.command()
        answer = card.process(command)
        now = Held.of(card)
        assert int(answer.sw) in TABLE, (command, answer)
        assert answer.sw in {0x9000, 0x6283} or not answer.data, (command, answer)
        assert all(new <= old for new, old in zip(now.balances, held.balances, strict=True)), command
        assert all(new <= old for new, old in zip(now.tries, held.tries, strict=True)), command
        assert all(new >= old for new, old in zip(now.atcs, held.atcs, strict=True)), command
        held = now
