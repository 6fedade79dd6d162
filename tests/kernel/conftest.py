"""Cards for the kernel's tests: the simulated one, and one that answers whatever it is told to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord
from conformance.crypto import authority
from conformance.kernel.initiate import Purchase
from conformance.kernel.preprocess import OFFLINE_QPBOC
from conformance.link.memory import MemoryCard
from conformance.sim import card as sim_card

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu
    from conformance.kernel.oda import CaKeys


class ScriptedCard:
    """Answers the given bytes one after the other and keeps what it was asked."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers
        self.asked: list[CommandApdu] = []

    def reset(self) -> bytes:
        return b"\x3b\x00"

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        self.asked.append(command)
        return ResponseApdu.decode(self.answers.pop(0))


class ChangedCard:
    """The simulated card with the answers to one command changed."""

    def __init__(self, command: str, change: Callable[[bytes], bytes]) -> None:
        self._card = MemoryCard(sim_card.build(balance=5000))
        self._card.reset()
        self._command = command
        self._change = change

    def reset(self) -> bytes:
        return self._card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        response = self._card.exchange(command)
        if command.name != self._command:
            return response
        return ResponseApdu(self._change(response.data), StatusWord(0x9000))


@pytest.fixture
def scripted() -> Callable[..., ScriptedCard]:
    return lambda *answers: ScriptedCard([bytes.fromhex(answer) for answer in answers])


@pytest.fixture
def changed() -> Callable[[str, Callable[[bytes], bytes]], ChangedCard]:
    return ChangedCard


@pytest.fixture
def card() -> MemoryCard:
    link = MemoryCard(sim_card.build(balance=5000))
    link.reset()
    return link


@pytest.fixture
def terms() -> Purchase:
    return Purchase(100, OFFLINE_QPBOC, bytes.fromhex("11223344"), datetime(2026, 5, 4, 8, 30))  # noqa: DTZ001


@pytest.fixture
def ca_keys() -> CaKeys:
    demonstration = authority.demonstration()
    return {(demonstration.rid, demonstration.ca_index): demonstration.ca.public}
