"""The simulated card in process beside the one operation that its session cannot avoid, and what it keeps."""

from __future__ import annotations

import itertools
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyemv.ac import generate_ac

from conformance.codec import apdu
from conformance.codec.afl import Afl
from conformance.codec.bits import Tvr
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.crypto import laboratory, sm2
from conformance.kernel.cvm import Cardholder
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.transact import contact
from conformance.kernel.transaction import ContactTerminal, Cryptogram, Outcome, SupportedAid, Terms
from conformance.link.memory import MemoryCard
from conformance.sim.card import build
from conformance.sim.card.profile import load
from conformance.sim.host.issuer import Account, Authorisation, Issuer

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu
    from conformance.kernel.issuer import OnlineRequest
    from conformance.kernel.result import Result
    from conformance.sim.card import SimulatedCard
    from conftest import Beside

AID = bytes.fromhex("A000000333010101")
PAN = "6210948000000011"
DEBIT = (
    apdu.select(AID),
    apdu.get_processing_options(b""),
    *(apdu.read_record(sfi, number) for sfi, number in ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3))),
)
ARQC, ARQC_WITH_CDA = (apdu.generate_ac(asked, bytes(55)) for asked in (0x80, 0x90))
MOST_GROWTH = 4 << 20  # bytes of RSS between 1,000 and 10,000 transactions

# pyemv still imports TripleDES from where `cryptography` had it before.
pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")


def powered(profile: str, interface: str) -> SimulatedCard:
    card = build(profile, interface=interface)
    card.power_on()
    return card


def played(card: SimulatedCard, commands: tuple[CommandApdu, ...]) -> None:
    for command in commands:
        assert card.process(command).ok


def test_a_contact_session_without_rsa(beside: Beside) -> None:
    """SELECT, GPO, records, GENERATE AC; the reference is one cryptogram by pyemv."""
    card, key, message = powered("debit-credit", "contact"), bytes(range(16)), bytes(60)
    comparison = beside(
        "contact_no_rsa",
        lambda: played(card, (*DEBIT, ARQC)),
        "ref_pyemv_ac",
        lambda: generate_ac(key, message),
        limit=50.0,
        rounds=300,
    )
    assert comparison.held


def test_a_contact_session_with_cda(beside: Beside) -> None:
    """The same with CDA by an ICC key of 1152 bits; the reference is its private operation alone."""
    card, key = powered("debit-credit", "contact"), load("debit-credit").applications[0].icc_key
    assert key is not None
    block = int.from_bytes(b"\x6a" + bytes(key.public.size - 1), "big")
    comparison = beside(
        "contact_cda_1152",
        lambda: played(card, (*DEBIT, ARQC_WITH_CDA)),
        "ref_rsa1152_crt",
        lambda: key.private_operation(block),
        limit=2.0,
        rounds=300,
    )
    assert key.public.modulus.bit_length() == 1152
    assert comparison.held


def test_a_contact_transaction_with_two_cda_cryptograms(beside: Beside) -> None:
    """From selection to completion online, through kernel, issuer and a card that signs twice (1152 bits)."""
    key = load("debit-credit").applications[0].icc_key
    assert key is not None
    block = int.from_bytes(b"\x6a" + bytes(key.public.size - 1), "big")
    results: list[Result] = []
    pay = paying(MemoryCard(build("debit-credit", pan=PAN, interface="contact")))
    comparison = beside(
        "contact_cda_two",
        lambda: results.append(pay()),
        "ref_rsa1152_crt",
        lambda: key.private_operation(block),
        limit=4.0,
        rounds=300,
    )
    assert key.public.modulus.bit_length() == 1152
    for result in results:
        assert result.outcome is Outcome.ONLINE_APPROVED
        assert result.cryptograms == (Cryptogram.ARQC, Cryptogram.TC)
        assert result.path[2] == "offline data authentication: CDA"
        assert result.tvr == Tvr.FLOOR_LIMIT | Tvr.ONLINE_PIN_ENTERED  # and no bit of ODA
    assert comparison.held


def paying(card: MemoryCard) -> Callable[[], Result]:
    """A purchase above the floor limit, each time with a fresh card session and another number."""
    authority, numbers = laboratory.demonstration().rsa, itertools.count(1)
    issuer = Issuer((Account(PAN, 10**9),))
    terminal = ContactTerminal(
        (SupportedAid(AID),),
        {(authority.rid, authority.ca_index): authority.ca.public},
        lambda: next(numbers).to_bytes(4, "big"),
    )
    terms = Terms(1000, datetime(2026, 5, 4, 8, 30))  # noqa: DTZ001  a terminal's clock is local
    holder = Cardholder(online_pin=lambda _pan: bytes(8))

    def bank(request: OnlineRequest) -> OnlineAnswer:
        decision = issuer.authorise(Authorisation(PAN, terms.amount, "2605", request.values), "debit", "")
        return OnlineAnswer(decision.response.encode(), decision.card[Tag.ISSUER_AUTHENTICATION_DATA])

    def pay() -> Result:
        card.reset()
        return contact(card, terminal, terms, bank, holder)

    return pay


def test_an_sm2_tap(beside: Beside) -> None:
    """GPO to the last record with fDDA by SM2, not verified; the reference is one signature."""
    card, key, provider = (
        powered("sm-beside-rsa", "contactless"),
        laboratory.demonstration().sm.icc,
        sm2.provider(),
    )
    pdol = Dol.parse(bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C019F3704DF6901"))
    values = {Tag.TTQ: "26000080", Tag.AMOUNT_AUTHORISED: "000000000000", Tag.TRANSACTION_CURRENCY: "0156"}
    listed = {int(tag): bytes.fromhex(value) for tag, value in values.items()} | {
        int(Tag.SM_SUPPORT): b"\x01"
    }
    start = apdu.select(AID), apdu.get_processing_options(pdol.fill(listed))
    afl = Afl.parse(bytes.fromhex("100101013001020028010100"))
    records = tuple(apdu.read_record(sfi, number) for sfi, number, _ in afl.records())
    comparison = beside(
        "sm2_fdda",
        lambda: played(card, (*start, *records)),
        "ref_sm2_sign",
        lambda: provider.sign(key, bytes(40)),
        limit=2.0,
        rounds=300,
    )
    assert comparison.held


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_card_keeps_nothing_of_ten_thousand_transactions() -> None:
    card = powered("debit-credit", "contact")
    sizes = []
    for count in (1_000, 9_000):
        for _ in range(count):
            played(card, (*DEBIT, ARQC))
        sizes.append(resident())
    assert sizes[1] - sizes[0] < MOST_GROWTH


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096
