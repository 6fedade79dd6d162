"""A program that reads PC/SC and knows nothing of us: what it is told, what it shows, how it ends."""

from __future__ import annotations

import sys

import pytest

from conformance.codec import apdu
from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord
from conformance.link.outcomes import BenchBroken, NotOffered, TerminalDied, TerminalHung
from conformance.link.program import PcscProgram, ProgramTerminal
from conformance.link.said import Said
from conformance.link.shown import Pattern
from conformance.model.terminal import (
    AcceptedApplication,
    Blacklist,
    Fault,
    Indication,
    Operation,
    Parameters,
    Stripe,
    TerminalIdentity,
    TransactionRecord,
)

IDENTITY = TerminalIdentity("vendor", "model", "1.0", "program", simulated=False, time_base="real", offers=())
TOLD = (
    "print('TVR 00 00 00 80 00', 'TSI:E800 AID=A000000333010101', 'amount', '{amount}', '{date}', 'APPROVED')"
)
RECORD = Pattern(
    (
        r"TVR (?P<tvr>[0-9A-F ]{14})",
        r"TSI:(?P<tsi>\w{4}) AID=(?P<aid>\w+)",
        r"amount (?P<amount>\S+) .* (?P<outcome>APPROVED|DECLINED)",
    ),
    none="^no transaction$",
    words={"outcome": {"APPROVED": "offline approved"}},
)
SHOWN = Pattern((r"(?P<text>(?P<signal>APPROVED|DECLINED))",), words={"signal": {"APPROVED": "accepted"}})


class Slot:
    """Notes when a card lay in it, and asks it something unless it is to stay untouched."""

    def __init__(self, *, untouched: bool = False) -> None:
        self.seen = []
        self._untouched = untouched

    def plug(self, card):
        self.seen.append("in")
        if not self._untouched:
            card.reset()
            card.exchange(apdu.get_data(0x9F36))

    def unplug(self):
        self.seen.append("out")


class Card:
    """Answers everything with 9000."""

    def reset(self):
        return bytes.fromhex("3B8001")

    def exchange(self, command):
        return ResponseApdu(b"", StatusWord(0x9000))


def running(script, **how):
    how.setdefault("preset", frozenset({"amount", "date"}))
    program = PcscProgram(command=(sys.executable, "-c", script), **how)
    slot = Slot()
    return ProgramTerminal(program, IDENTITY, slot, lambda: slot.seen.append("noticed"), Said()), slot


def sold(script, amount="1000", **how):
    terminal, slot = running(script, **how)
    terminal.operate(Operation("sale", {"amount": amount}))
    return terminal, slot, terminal.present(Card(), "contact")


def test_the_card_is_in_and_noticed_while_the_program_runs_and_out_afterwards():
    _, slot, presentation = sold("print('done')")
    assert slot.seen == ["in", "noticed", "out"]
    assert presentation.outcome == "completed"


def test_a_record_and_an_indication_are_read_from_what_it_prints():
    terminal, _, _ = sold(TOLD, record=RECORD, indication=SHOWN)
    (record,) = terminal.observe(TransactionRecord)
    assert (record.kind, record.amount, record.tvr) == ("sale", 1000, "0000008000")
    assert dict(record.details) == {
        "outcome": "offline approved",
        "tsi": "E800",
        "aid": "A000000333010101",
    }
    (indication,) = terminal.observe(Indication)
    assert (indication.signal, indication.text) == ("accepted", "APPROVED")


def test_amount_and_date_stand_in_its_words():
    terminal, _ = running("print('{amount} {fen} {date}')", preset=frozenset())
    terminal.load(Parameters(fare=250, date_time="2026-05-04T08:00:00"))
    terminal.present(Card())
    assert terminal._said.whole() == "2.50 250 2026-05-04\n"


def test_what_the_output_does_not_match_is_not_offered_and_no_record_is_made():
    terminal, _ = running("print('Traceback (most recent call last)')", record=RECORD)
    with pytest.raises(NotOffered, match="does not match TVR"):
        terminal.present(Card())
    assert terminal.observe(TransactionRecord) == ()


def test_a_pattern_may_say_that_there_was_no_transaction():
    terminal, _, _ = sold("print('no transaction')", record=RECORD)
    assert terminal.observe(TransactionRecord) == ()


@pytest.mark.parametrize(
    ("said", "why"),
    [("TVR 000000800Z", "does not match"), ("amount 10 APPROVED", "does not match")],
)
def test_half_a_record_is_none(said, why):
    terminal, _ = running(f"print('{said}')", record=RECORD)
    with pytest.raises(NotOffered, match=why):
        terminal.present(Card())


def test_a_word_of_the_program_that_has_none_of_ours_is_not_guessed():
    terminal, _ = running(TOLD.replace("APPROVED", "DECLINED"), record=RECORD)
    with pytest.raises(NotOffered, match="outcome 'DECLINED', which the bench file gives no word for"):
        terminal.present(Card())


@pytest.mark.parametrize(("printed", "why"), [("amount ten", "not such as 1.00"), ("amount 1.005", "1.00")])
def test_an_amount_that_is_none_is_not_guessed(printed, why):
    pattern = Pattern((r"amount (?P<amount>\S+)",))
    terminal, _ = running(f"print('{printed}')", record=pattern)
    with pytest.raises(NotOffered, match=why):
        terminal.present(Card())


def test_a_detail_that_it_does_not_show_is_unknown_and_not_empty():
    terminal, _, _ = sold(TOLD, record=RECORD)
    (record,) = terminal.observe(TransactionRecord)
    with pytest.raises(NotOffered, match="does not show the cvm"):
        record.details.get("cvm", "")


@pytest.mark.parametrize(
    ("patterns", "offers"),
    [
        ({}, ()),
        ({"record": RECORD}, ("O2",)),
        ({"record": Pattern((r"TVR (?P<tvr>\w+)",))}, ()),
        ({"indication": SHOWN}, ("O5",)),
    ],
)
def test_it_offers_what_its_output_shows_whole(patterns, offers):
    assert PcscProgram(("program",), **patterns).offers == offers


def test_one_that_does_not_end_is_ended_and_hung():
    terminal, slot = running("import time; time.sleep(60)", within_s=0.5)
    with pytest.raises(TerminalHung, match=r"did not end within 0\.5 s"):
        terminal.present(Card())
    assert slot.seen[-1] == "out"


def test_one_that_prints_without_end_is_ended_and_kept_in_bounds():
    terminal, _ = running("while True: print('x' * 1000)", within_s=1.0)
    with pytest.raises(TerminalHung):
        terminal.present(Card())
    assert len(terminal._said.whole()) < 1 << 21
    assert "bytes left out" in terminal._said.whole()


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (
            "import sys; sys.exit('no such reader')",
            "ended with 1 and asked the card nothing; it said last: no such reader",
        ),
        ("pass", "ended with 0 and asked the card nothing, nor did it say anything"),
    ],
)
def test_one_that_never_came_to_the_card_has_shown_nothing(script, why):
    program = PcscProgram((sys.executable, "-c", script))
    terminal = ProgramTerminal(program, IDENTITY, Slot(untouched=True), lambda: None, Said())
    with pytest.raises(NotOffered, match=why):
        terminal.present(Card())


def test_one_that_crashes_by_a_signal_died():
    terminal, _ = running("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(TerminalDied, match="was ended by signal 11"):
        terminal.present(Card())


def test_one_that_is_not_there_is_the_benchs_fault():
    slot = Slot()
    terminal = ProgramTerminal(PcscProgram(("no-such-reader",)), IDENTITY, slot, lambda: None, Said())
    with pytest.raises(BenchBroken, match="no-such-reader cannot be started"):
        terminal.present(Card())
    assert slot.seen == ["in", "out"]


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        (Parameters(fare=100), "cannot be told fare"),
        (Parameters(date_time="2026-05-04T08:00:00"), "cannot be told date time"),
        (Parameters(blacklist=Blacklist(2, ("6210948000000011",))), "cannot be told blacklist"),
        (Parameters(applications=(AcceptedApplication(bytes(7)),)), "cannot be told applications"),
    ],
)
def test_a_parameter_that_it_cannot_be_told_is_not_passed_over(parameters, why):
    terminal, _ = running("print()", preset=frozenset())
    with pytest.raises(NotOffered, match=why):
        terminal.load(parameters)


def test_an_empty_blacklist_is_what_it_has():
    terminal, _ = running("print()", preset=frozenset())
    terminal.load(Parameters(blacklist=Blacklist(1)))
    assert terminal.observe(TransactionRecord) == ()


@pytest.mark.parametrize(
    "act",
    [
        lambda terminal: terminal.operate(Operation("sale", {"amount": "1", "pins": "right"})),
        lambda terminal: terminal.operate(Operation("upload")),
        lambda terminal: terminal.disturb(Fault("power-cycle")),
        lambda terminal: terminal.swipe(Stripe(None, ";6210948000000011=3012?")),
    ],
)
def test_what_it_has_no_way_to_do_is_not_offered(act):
    terminal, _ = running("print()")
    with pytest.raises(NotOffered):
        act(terminal)


@pytest.mark.parametrize("count", [0, 5, 12, 13, 14, 40])
def test_what_was_said_since_is_kept_at_both_ends(count):
    said = Said(beginning=8, end=4)
    for part in (b"0123", b"456789", b"abcdefghij"):
        said.add(part)
    whole = "0123456789abcdefghij"
    kept = "".join(each if at < 8 or at >= 16 else "" for at, each in enumerate(whole) if at >= count)
    assert said.since(count) == kept
    assert said.whole() == "01234567\n[... 8 bytes left out ...]\nghij"
