"""Whole transactions with simulated cards: what a device is left with."""

from __future__ import annotations

from datetime import datetime

import pytest
from contact_cards import ContactCard, answering, issued, terminal, unreachable

from conformance.codec.bits import Ttq
from conformance.codec.tags import Tag
from conformance.kernel.cvm import Cardholder
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.preprocess import OFFLINE_QPBOC, Limits
from conformance.kernel.qpboc import ContactlessTerminal
from conformance.kernel.transact import contact, contactless
from conformance.kernel.transaction import Cryptogram, Outcome, Terms
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import CardWithdrawn
from conformance.link.tear import Tear, torn
from conformance.sim import card as sim_card

TERMS = Terms(1000, datetime(2026, 5, 4, 8, 30))  # noqa: DTZ001
ONLINE_CAPABLE = Ttq.QPBOC | Ttq.CONTACT_PBOC | Ttq.ONLINE_PIN | Ttq.SIGNATURE | Ttq.FDDA_VERSION_01


class AskedHost:
    """An issuer that answers every request alike, and keeps what it was asked."""

    def __init__(self, code: bytes = b"00") -> None:
        self.code = code
        self.asked = []

    def __call__(self, request) -> OnlineAnswer:
        self.asked.append(request)
        return OnlineAnswer(self.code)


def tapped(card=None, host=unreachable, holder=None, terms=TERMS, ttq=OFFLINE_QPBOC, **changed):
    link = card or fresh()
    reader = ContactlessTerminal(changed.pop("base", terminal()), ttq, **changed)
    return contactless(link, reader, terms, host, holder or Cardholder())


def fresh(**particulars):
    link = MemoryCard(sim_card.build(balance=5000, interface="contactless", **particulars))
    link.reset()
    return link


def inserted(card, host=unreachable, terms=TERMS, device=None, holder=None):
    return contact(card, device or terminal(), terms, host, holder or Cardholder())


def test_an_offline_approval_leaves_everything_that_field_55_takes():
    result = inserted(ContactCard())
    assert (result.outcome, result.cryptograms) == (Outcome.OFFLINE_APPROVED, (Cryptogram.TC,))
    assert result.values.keys() >= {0x9F26, 0x9F27, 0x9F10, 0x9F36, 0x9F37, 0x95, 0x9A, 0x9F34, 0x84, 0x82}
    assert (result.pan, result.response_code) == ("6210948000000011", "Y1")


def test_the_path_tells_what_was_done_and_decided():
    assert inserted(ContactCard()).path == (
        "selected A000000333010101",
        "records read",
        "offline data authentication: DDA",
        "processing restrictions",
        "cardholder verification: 1F0002",
        "terminal risk management",
        "action analysis: TC",
        "GENERATE AC 1: TC asked, TC given",
    )


def test_a_card_that_ends_the_transaction_gives_its_reason_and_no_exception():
    result = inserted(ContactCard(forged={"READ RECORD": answering(0x6A83)}))
    assert (result.outcome, result.reason, result.approved) == (Outcome.TERMINATED, "record-refused", False)


def test_a_card_without_an_application_is_terminated():
    assert inserted(ContactCard(forged={"SELECT": answering(0x6A82)})).reason == "no-application"


@pytest.mark.parametrize("number", range(1, 40))
def test_a_card_that_leaves_at_any_exchange_is_lost_or_was_done(number):
    card = LeavingCard(ContactCard(records={**issued(), 0x9F0F: b"\xff" * 5}), number)
    result = inserted(card, AskedHost(), device=terminal(floor_limit=500))
    if card.left:
        assert result.outcome is Outcome.LOST
        assert result.reversal_due is result.online
    else:
        assert result.outcome is Outcome.ONLINE_APPROVED


class LeavingCard:
    """A card that is taken away at one exchange."""

    def __init__(self, card, number) -> None:
        self.card = card
        self.number = number
        self.left = False

    def exchange(self, command):
        self.number -= 1
        if self.number < 1:
            self.left = True
            raise CardWithdrawn
        return self.card.exchange(command)


def test_a_card_that_refuses_what_the_issuer_approved_is_to_be_reversed():
    card = ContactCard(grants=(0x80, 0x00))
    result = inserted(card, AskedHost(), device=terminal(type=0x21))
    assert (result.outcome, result.reversal_due) == (Outcome.ONLINE_DECLINED, True)


def test_an_offline_tap_is_approved_with_fdda():
    result = tapped()
    assert (result.outcome, result.cryptograms) == (Outcome.OFFLINE_APPROVED, (Cryptogram.TC,))
    assert result.electronic_cash
    assert result.values[Tag.CID] == b"\x40"


def test_an_amount_above_the_floor_limit_goes_online():
    host = AskedHost()
    result = tapped(host=host, ttq=ONLINE_CAPABLE, limits=Limits(floor=500))
    assert (result.outcome, result.cryptograms) == (Outcome.ONLINE_APPROVED, (Cryptogram.ARQC,))
    assert host.asked[0].values[Tag.CID] == b"\x80"


def test_a_refusal_of_the_issuer_declines():
    result = tapped(host=AskedHost(b"51"), ttq=ONLINE_CAPABLE, limits=Limits(floor=500))
    assert (result.outcome, result.response_code) == (Outcome.ONLINE_DECLINED, "51")


def test_without_a_line_a_tap_that_wants_it_declines():
    result = tapped(ttq=ONLINE_CAPABLE, limits=Limits(floor=500))
    assert (result.outcome, result.response_code) == (Outcome.UNABLE_DECLINED, "Z3")


def test_a_card_that_declines_is_declined():
    result = tapped(terms=Terms(6000, TERMS.when))
    assert (result.outcome, result.reason) == (Outcome.OFFLINE_DECLINED, "declined-by-card")


def test_an_amount_above_the_transaction_limit_is_for_another_interface():
    assert tapped(limits=Limits(transaction=1000)).outcome is Outcome.OTHER_INTERFACE


def test_a_torn_tap_is_kept_for_the_card_to_come_back():
    card = fresh()
    result = tapped(torn(card, Tear("after", "last record")))
    assert result.outcome is Outcome.LOST
    assert result.torn is not None


def test_a_tap_torn_before_the_last_record_is_not_kept():
    assert tapped(torn(fresh(), Tear("before", "READ RECORD"))).torn is None
