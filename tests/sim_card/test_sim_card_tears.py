"""Every kind of transaction, torn before each of its exchanges: what the card holds afterwards (PB-7.5).

A scenario names the exchange with which its outcome becomes the card's own; before it nothing happened but a
spent ATC, from it on everything did. A tear after an exchange is one before the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sim_card_contact_reader import AAC, ARQC, CDOL2, TC, ContactReader, contact
from sim_card_extended import COMPLETION, HOLD, SEGMENT, entered, gate
from sim_card_reader import LAST, reader

from conformance.codec import apdu, tlv
from conformance.codec.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import ResponseApdu

GPO = "GPO"


@dataclass(frozen=True)
class Scenario:
    """`exchanges` by name in order; `before` and `after` is what `held` finds; `commits` None for nothing.

    `prepared` brings the card to where the scenario begins.
    """

    bench: Callable[[], Any]
    exchanges: Mapping[str, Callable[[Any], Any]]
    commits: str | None
    before: Mapping[str, object]
    after: Mapping[str, object] = field(default_factory=dict)
    prepared: Callable[[Any], Any] = lambda _: None


def held(one: Any) -> dict[str, object]:
    """What the card shows after it was selected anew."""
    one.card.power_off()
    one.card.power_on()
    one.select()
    found: dict[str, object] = {
        "balance": number(one, Tag.EC_BALANCE),
        "spending": number(one, Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT),
        "log": sum(one.read(11, record).ok for record in range(1, 11)),
        "online": number(one, Tag.LAST_ONLINE_ATC),
        "deducted": number(one, Tag.DEDUCTED_AMOUNT),
    }
    if hasattr(one, "read_capp"):
        found["station"] = one.read_capp().data[-1]
        found["proof"] = one.send(0x80, 0x5A, 0, 0, one.get(Tag.ATC)).ok
    return found


def number(one: Any, tag: int) -> int | None:
    answer: ResponseApdu = one.card.process(apdu.get_data(tag))
    return int(tlv.decode_one(answer.data).value.hex()) if answer.ok else None


def second(one: ContactReader, code: bytes = b"00") -> ResponseApdu:
    return one.card.process(apdu.generate_ac(TC, CDOL2.fill({**one.values({}), 0x8A: code})))


QPBOC = {"SELECT": lambda one: one.select()}
RECORDS = {
    f"record {sfi}.{number}": lambda one, sfi=sfi, number=number: one.read(sfi, number)
    for sfi, number in ((2, 1), (2, 2), (2, 3))
}
FINISH = {**RECORDS, "last record": lambda one: one.read(*LAST)}
CONTACT = {"SELECT": lambda one: one.select()}


def extended(indicator: str, amount: int, station: int) -> dict[str, Callable[[Any], Any]]:
    return {
        "SELECT": lambda one: one.select(),
        "READ CAPP DATA": lambda one: one.read_capp(),
        GPO: lambda one: one.gpo(indicator, amount),
        "UPDATE CAPP DATA CACHE": lambda one: one.update(entered(0x0570, station)),
        **FINISH,
    }


NOTHING = {"balance": 5000, "spending": 5000, "log": 0, "online": 1}
EXTENDED = {"balance": 100_000, "deducted": 0, "station": 0, "log": 0, "proof": False}
SCENARIOS = {
    "qPBOC, TC": Scenario(
        lambda: reader(balance=5000),
        {**QPBOC, GPO: lambda one: one.gpo(), **FINISH},
        "last record",
        NOTHING,
        {"balance": 4900, "spending": 4900, "log": 1, "online": 1},
    ),
    "qPBOC, ARQC": Scenario(
        lambda: reader(balance=5000),
        {**QPBOC, GPO: lambda one: one.gpo(t9F66="26800080"), **RECORDS},
        None,
        NOTHING,
    ),
    "qPBOC, AAC": Scenario(
        lambda: reader(balance=5000),
        {**QPBOC, GPO: lambda one: one.gpo(t9F66="2A000080", t9F02="000000005001"), **RECORDS},
        None,
        NOTHING,
    ),
    "prepaid, ARQC": Scenario(
        lambda: reader(balance=5000, elements={Tag.CARD_PROCESSING: bytes.fromhex("9990F000")}),
        {**QPBOC, GPO: lambda one: one.gpo(t9F66="26800080"), **RECORDS},
        GPO,
        NOTHING,
        {"balance": 4900, "spending": 4900, "log": 0},
    ),
    "prepaid, TC": Scenario(
        lambda: reader(balance=5000, elements={Tag.CARD_PROCESSING: bytes.fromhex("9990F000")}),
        {**QPBOC, GPO: lambda one: one.gpo(), **FINISH},
        "last record",
        NOTHING,
        {"balance": 4900, "spending": 4900, "log": 1},
    ),
    "cumulative, TC": Scenario(
        lambda: reader(
            balance=5000,
            elements={
                Tag.CARD_PROCESSING: bytes.fromhex("5910F000"),
                Tag.CTTAL: bytes.fromhex("000000000700"),
            },
        ),
        {**QPBOC, GPO: lambda one: one.gpo(), **FINISH},
        "last record",
        {"balance": 5000, "spending": 700},
        {"balance": 4900, "spending": 600},
    ),
    "segment": Scenario(
        gate,
        extended(SEGMENT, 100, 7),
        "last record",
        EXTENDED,
        {"balance": 99_900, "station": 7, "log": 1, "proof": True},
    ),
    "segment out of the deposit": Scenario(
        lambda: gate(deposit=40_000, balance=50),
        extended(SEGMENT, 100, 7),
        "last record",
        {"balance": 50, "deducted": 0, "station": 0},
        {"balance": 0, "deducted": 50, "station": 7},
    ),
    "pre-authorisation": Scenario(
        gate,
        extended(HOLD, 1000, 8),
        "last record",
        EXTENDED,
        {"balance": 99_000, "spending": 99_000, "station": 8, "proof": True},
    ),
    "completion": Scenario(
        gate,
        extended(COMPLETION, 4000, 9),
        "last record",
        {"balance": 99_000, "station": 1, "log": 1},
        {"balance": 96_000, "station": 9, "log": 2, "proof": True},
        prepared=lambda one: one.pay(HOLD, 1000),
    ),
    "electronic cash over contacts, TC": Scenario(
        lambda: contact("electronic-cash", balance=5000),
        {GPO: lambda one: one.cash(), **RECORDS, "GENERATE AC 1": lambda one: one.generate(TC)},
        "GENERATE AC 1",
        NOTHING,
        {"balance": 4900, "spending": 4900, "log": 1, "online": 1},
    ),
    "electronic cash over contacts, AAC": Scenario(
        lambda: contact("electronic-cash", balance=5000),
        {GPO: lambda one: one.cash(), "GENERATE AC 1": lambda one: one.generate(AAC)},
        None,
        NOTHING,
    ),
    "electronic cash over contacts, online": Scenario(
        lambda: contact("electronic-cash", balance=5000),
        {
            GPO: lambda one: one.cash(),
            "GENERATE AC 1": lambda one: one.first(ARQC),
            "GENERATE AC 2": second,
        },
        "GENERATE AC 2",
        NOTHING,
        {"balance": 5000, "log": 1, "online": 2},
    ),
    "debit, offline": Scenario(
        contact,
        {GPO: lambda one: one.begin(), **RECORDS, "GENERATE AC 1": lambda one: one.generate(TC)},
        "GENERATE AC 1",
        {"log": 0, "online": 1},
        {"log": 1, "online": 1},
    ),
    "debit, online and authenticated": Scenario(
        contact,
        {
            GPO: lambda one: one.begin(),
            "GENERATE AC 1": lambda one: one.first(ARQC),
            "EXTERNAL AUTHENTICATE": lambda one: one.authenticate(),
            "GENERATE AC 2": second,
        },
        "GENERATE AC 2",
        {"log": 0, "online": 1},
        {"log": 1, "online": 2},
    ),
    "load": Scenario(
        lambda: contact("electronic-cash", balance=5000),
        {
            GPO: lambda one: one.cash(t9F7A="00"),
            "GENERATE AC 1": lambda one: one.first(ARQC),
            "PUT DATA": lambda one: one.put(Tag.EC_BALANCE, "000000009000"),
            "GENERATE AC 2": second,
        },
        "PUT DATA",
        {"balance": 5000},
        {"balance": 9000},
    ),
}
POINTS = [
    pytest.param(scenario, count, id=f"{name}, {(*scenario.exchanges, 'the end')[count]}")
    for name, scenario in SCENARIOS.items()
    for count in range(len(scenario.exchanges) + 1)
]


@pytest.mark.parametrize(("scenario", "count"), POINTS)
def test_a_tear_leaves_all_or_nothing(scenario: Scenario, count: int) -> None:
    one = scenario.bench()
    scenario.prepared(one)
    one.select()
    spent = int(one.get(Tag.ATC).hex(), 16)
    done = tuple(scenario.exchanges)[:count]
    for name in done:
        scenario.exchanges[name](one)
    expected = scenario.after if scenario.commits in done else scenario.before
    now = held(one)
    assert {name: now[name] for name in expected} == expected
    assert int(one.get(Tag.ATC).hex(), 16) == spent + (GPO in done)


FLASH = [name for name, one in SCENARIOS.items() if one.commits == "last record"]


@pytest.mark.parametrize("name", FLASH)
def test_the_last_record_is_given_again_after_a_new_selection(name: str) -> None:
    """The answer was lost; the terminal selects and reads the last record alone, twice (PB-11.7)."""
    scenario = SCENARIOS[name]
    one = scenario.bench()
    scenario.prepared(one)
    answers = [exchange(one) for exchange in scenario.exchanges.values()]
    one.card.power_off()
    one.card.power_on()
    one.select()
    assert [one.read(*LAST).data for _ in range(2)] == [answers[-1].data] * 2
    now = held(one)
    assert {each: now[each] for each in scenario.after} == scenario.after


@pytest.mark.parametrize("name", FLASH)
def test_after_a_tear_the_transaction_is_made_anew(name: str) -> None:
    """Torn before the last record, the card takes the same transaction again and pays once (PB-7.5)."""
    scenario = SCENARIOS[name]
    one = scenario.bench()
    scenario.prepared(one)
    for exchange in tuple(scenario.exchanges.values())[:-1]:
        exchange(one)
    one.card.power_off()
    one.card.power_on()
    for exchange in scenario.exchanges.values():
        exchange(one)
    now = held(one)
    assert {each: now[each] for each in scenario.after} == scenario.after
