"""Doors to a small card that each must do the same."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from small_card import trace

from conformance.link.memory import MemoryCard
from conformance.link.outcomes import LinkOutcome, NoPcscService
from conformance.link.pcsc import PcscCard
from conformance.link.pcscd import PcscService
from conformance.link.replay import ReplayCard
from conformance.link.vpcd import VirtualReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from small_card import SmallCard

    from conformance.codec.apdu import CommandApdu
    from conformance.link.card import CardLink


@contextmanager
def in_memory(card: SmallCard, commands: tuple[CommandApdu, ...]) -> Iterator[CardLink]:
    del commands
    yield MemoryCard(card)


@contextmanager
def replayed(card: SmallCard, commands: tuple[CommandApdu, ...]) -> Iterator[CardLink]:
    traced, exchanges = trace(MemoryCard(card))
    traced.reset()
    for command in commands:
        try:
            traced.exchange(command)
        except LinkOutcome:
            continue
    yield ReplayCard(exchanges)


@contextmanager
def through_pcsc(card: SmallCard, commands: tuple[CommandApdu, ...]) -> Iterator[CardLink]:
    del commands
    with PcscService() as service, VirtualReader(service.host, service.card_port) as field:
        field.plug(MemoryCard(card))
        with closing(PcscCard(service.reader, deadline_s=0.5)) as door:
            yield door


@pytest.fixture(
    name="door",
    params=[in_memory, replayed, pytest.param(through_pcsc, marks=pytest.mark.tool("pcsc"))],
    ids=["memory", "replay", "pcsc"],
)
def door_fixture(
    request: pytest.FixtureRequest, lacking: Callable[[str, str], None]
) -> Iterator[Callable[..., CardLink]]:
    """Opens a door to a card for a session whose commands are known beforehand (a replay must know them)."""
    with ExitStack() as stack:

        def open_door(card: SmallCard, *commands: CommandApdu) -> CardLink:
            try:
                link: CardLink = stack.enter_context(request.param(card, commands))
            except NoPcscService as reason:
                lacking("pcsc", str(reason))
            link.reset()
            return link

        yield open_door
