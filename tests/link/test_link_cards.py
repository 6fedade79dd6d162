"""Whatever a card's door is made of, an exchange through it ends in the same ways."""

from __future__ import annotations

import pytest
from small_card import (
    ECHO,
    FALL_SILENT,
    FIRST_RECORD,
    GPO,
    LAST_RECORD,
    LEAVE,
    OK,
    SmallCard,
    trace,
)

from conformance.link.memory import MemoryCard
from conformance.link.outcomes import CardMute, CardWithdrawn
from conformance.link.replay import ReplayCard, ReplayDiverged
from conformance.link.tear import AnswerLost, Tear, torn


def test_an_answer_comes_back(door):
    response = door(SmallCard(), ECHO).exchange(ECHO)
    assert (response.data, response.sw) == (ECHO.data, OK)


def test_a_silent_card_is_mute(door):
    card = door(SmallCard(), FALL_SILENT)
    with pytest.raises(CardMute):
        card.exchange(FALL_SILENT)


def test_a_card_that_leaves_is_withdrawn(door):
    card = door(SmallCard(), LEAVE)
    with pytest.raises(CardWithdrawn):
        card.exchange(LEAVE)


def test_torn_after_the_answer_is_lost_and_traced_once_with_it(door):
    card, exchanges = trace(torn(door(SmallCard(), ECHO), Tear("after", ECHO.name)))
    with pytest.raises(AnswerLost):
        card.exchange(ECHO)
    assert [(each.outcome, each.response) for each in exchanges] == [("answer lost", ECHO.data + b"\x90\x00")]


def test_torn_before_is_traced_once_without_an_answer(door):
    card, exchanges = trace(torn(door(SmallCard(), ECHO), Tear("before", ECHO.name)))
    with pytest.raises(CardWithdrawn):
        card.exchange(ECHO)
    assert [(each.outcome, each.response) for each in exchanges] == [("withdrawn", None)]


def test_a_torn_card_is_gone_until_it_is_reset(door):
    card = torn(door(SmallCard(), ECHO), Tear("before", ECHO.name))
    for _ in range(2):
        with pytest.raises(CardWithdrawn):
            card.exchange(ECHO)
    card.reset()
    assert card.exchange(ECHO).ok


def test_the_last_record_is_the_one_that_the_afl_names_last(door):
    card = torn(door(SmallCard(), GPO, FIRST_RECORD, LAST_RECORD), Tear("after", "last record"))
    assert card.exchange(GPO).ok
    assert card.exchange(FIRST_RECORD).ok
    with pytest.raises(AnswerLost):
        card.exchange(LAST_RECORD)


def test_without_an_afl_no_record_is_the_last():
    card = torn(MemoryCard(SmallCard()), Tear("after", "last record"))
    card.reset()
    assert card.exchange(LAST_RECORD).ok


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_tear_decides_whether_the_card_sees_the_command(moment):
    small = SmallCard()
    card = torn(MemoryCard(small), Tear(moment, ECHO.name))
    card.reset()
    with pytest.raises(CardWithdrawn):
        card.exchange(ECHO)
    assert small.seen == ([ECHO] if moment == "after" else [])


def test_a_tear_at_a_command_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="READ RECRD"):
        Tear("before", "READ RECRD")


def test_the_trace_numbers_and_times_every_exchange_in_order():
    card, exchanges = trace(MemoryCard(SmallCard()))
    card.reset()
    card.exchange(ECHO)
    for command in (FALL_SILENT, LEAVE):
        with pytest.raises((CardMute, CardWithdrawn)):
            card.exchange(command)
    assert [(each.number, each.outcome, each.at, each.duration) for each in exchanges] == [
        (1, "answered", 0, 10),
        (2, "mute", 20, 10),
        (3, "withdrawn", 40, 10),
    ]


def test_a_card_without_power_is_not_there():
    with pytest.raises(CardWithdrawn, match="reset"):
        MemoryCard(SmallCard()).exchange(ECHO)


def test_an_answer_behind_the_deadline_counts_as_none():
    card = MemoryCard(SmallCard(), deadline_s=0)
    card.reset()
    with pytest.raises(CardMute, match="no answer within 0 s"):
        card.exchange(ECHO)


def test_a_replay_names_the_exchange_where_a_session_diverges():
    recorded, exchanges = trace(MemoryCard(SmallCard()))
    recorded.reset()
    recorded.exchange(ECHO)
    with pytest.raises(ReplayDiverged, match="at exchange 1: recorded 80100000") as diverged:
        ReplayCard(exchanges).exchange(GPO)
    assert (diverged.value.number, diverged.value.got) == (1, GPO.encode())


def test_a_replay_has_nothing_beyond_its_end():
    with pytest.raises(ReplayDiverged, match="past its end"):
        ReplayCard(()).exchange(ECHO)
