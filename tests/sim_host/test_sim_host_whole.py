"""Hosts and what stands before them: a simulated card's own cryptogram, and any order of messages."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sim_host_counter import PAN, Calendar, Counter

from conformance.codec import apdu, tlv
from conformance.codec.dol import Dol
from conformance.codec.iso8583 import Business
from conformance.sim import card as sim_card
from conformance.sim.host import Account, Acquirer, AcquirerRules, HospitalRules, Issuer, IssuerRules

if TYPE_CHECKING:
    from collections.abc import Mapping

AID = bytes.fromhex("A000000333010101")
OPENING = 100_000
TERMINAL = {
    0x9F02: bytes.fromhex("000000000100"),
    0x9F03: bytes(6),
    0x9F1A: bytes.fromhex("0156"),
    0x95: bytes(5),
    0x5F2A: bytes.fromhex("0156"),
    0x9A: bytes.fromhex("141124"),
    0x9C: b"\0",
    0x9F37: bytes.fromhex("11223344"),
}
TAP = {0x9F66: bytes.fromhex("26000080"), **TERMINAL}
ONLINE_TAP = {0x9F66: bytes.fromhex("26800080"), **TERMINAL}
OPERATIONS = ("sale", "hold", "void", "refund", "complete", "cancel", "undo", "reverse", "again")
LATER = {
    "void": Business.VOID,
    "refund": Business.REFUND,
    "complete": Business.COMPLETION,
    "cancel": Business.PRE_AUTHORISATION_CANCEL,
    "undo": Business.COMPLETION_VOID,
}


def tapped(values: Mapping[int, bytes], cid: int, profile: str = "electronic-cash") -> dict[int, bytes]:
    """What a terminal has after a simulated card answered GPO with these values."""
    card = sim_card.build(profile, pan=PAN)
    card.power_on()
    fci = tlv.decode_one(card.process(apdu.select(AID)).data)
    pdol = fci.find(0x9F38)
    assert pdol is not None
    answer = card.process(apdu.get_processing_options(Dol.parse(pdol.value).fill(values)))
    shown = {one.tag: one.value for one in tlv.decode_one(answer.data).children}
    return {**values, **shown, 0x9F27: bytes((cid,)), 0x9F33: bytes.fromhex("E0E1C8")}


def fresh() -> Counter:
    issuer = Issuer((Account(PAN, OPENING),))
    return Counter(Acquirer(issuer, now=Calendar()), issuer)


def test_a_simulated_cards_certificate_is_settled(counter: Counter) -> None:
    assert counter.upload(100, tapped(TAP, 0x40)).response == "00"


def test_a_simulated_cards_request_is_approved(counter: Counter) -> None:
    assert counter.sale(100, tapped(ONLINE_TAP, 0x80)).response == "00"


@pytest.mark.parametrize(("chosen", "algorithm"), [(b"\x01", 0x04), (b"\x00", 0x01)])
def test_a_simulated_cards_request_is_approved_under_either_algorithm(
    counter: Counter, chosen: bytes, algorithm: int
) -> None:
    elements = tapped({**ONLINE_TAP, 0xDF69: chosen}, 0x80, "sm-beside-rsa")
    assert elements[0x9F10][7] == algorithm
    assert counter.sale(100, elements).response == "00"


def run(counter: Counter, operations: list[tuple[str, int, int]]) -> None:
    """Do one thing after the other; `which` chooses among what was answered and sent before."""
    answers = [counter.sale(1000)]
    for name, which, amount in operations:
        if name == "sale":
            answers.append(counter.sale(amount))
        elif name == "hold":
            answers.append(counter.first(Business.PRE_AUTHORISATION, amount))
        elif name in LATER:
            earlier = answers[which % len(answers)]
            whole = amount if name in {"refund", "complete"} else earlier.amount
            answers.append(counter.later(LATER[name], earlier, whole))
        else:
            sent = counter.sent[which % len(counter.sent)]
            again = name == "again" or sent.mti == "0400"
            _ = counter.send(sent) if again else counter.reverse(sent)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 20), st.integers(1, 3000)), max_size=20)
)
def test_whatever_happens_the_account_agrees_with_the_batch(operations: list[tuple[str, int, int]]) -> None:
    counter = fresh()
    run(counter, operations)
    totals = counter.acquirer.totals("10000001", 17)
    assert OPENING - counter.issuer.balance(PAN) == totals.debit - totals.credit


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 20), st.integers(1, 3000)), max_size=20)
)
def test_whatever_happens_nothing_is_released_that_was_not_held(
    operations: list[tuple[str, int, int]],
) -> None:
    counter = fresh()
    run(counter, operations)
    assert 0 <= counter.issuer.available(PAN) <= counter.issuer.balance(PAN)


@pytest.mark.parametrize("rules", [IssuerRules(), AcquirerRules(), HospitalRules()])
def test_every_rule_of_a_host_names_its_clause(rules: IssuerRules | AcquirerRules | HospitalRules) -> None:
    assert all(getattr(rules, field.name).clause for field in dataclasses.fields(rules))
