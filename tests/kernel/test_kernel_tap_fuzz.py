"""Whatever a card answers in the field, or of its purse: a stated end, no approval without a cryptogram."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_parties import Bank, card, inserted, tapped

from conformance.codec.apdu import ResponseApdu
from conformance.codec.bits import Ttq
from conformance.kernel.capp import Extension, Indicator, Plan, with_key
from conformance.kernel.cvm import Cardholder
from conformance.kernel.preprocess import OFFLINE_QPBOC
from conformance.kernel.result import Result
from conformance.kernel.transact import resume
from conformance.kernel.transaction import Cryptogram, Outcome
from conformance.link.tear import Tear, torn

STATUS = st.sampled_from([b"\x90\x00", b"\x62\x83", b"\x63\xc1", b"\x69\x85", b"\x6a\x83", b"\x61\x10"])
HOLDER = Cardholder(lambda _tries: "1234", lambda _pan: bytes(8), lambda *_document: True)
RECORD = bytes.fromhex("05700700000000000000")
KEY = with_key(bytes.fromhex("D5F1FE4A7F8C20FDEC49150BA2E00EDF"))
SEGMENT = Extension(
    21,
    RECORD[:2],
    lambda _read: Plan(300, Indicator.SEGMENT, ((21, RECORD),)),
    lambda _sfi: KEY,
    lambda: bytes(8),
)
ONLINE = Ttq.QPBOC | Ttq.CONTACT_PBOC | Ttq.ONLINE_PIN | Ttq.SIGNATURE | Ttq.FDDA_VERSION_01


def returned(link, profile, ttq, **changed):
    """A card that was torn at its last record, and is disturbed when it comes back; None is no result."""
    intact = card(profile, "contactless")
    tap = tapped(torn(intact, Tear("after", "last record")), ttq=ttq, **changed).torn
    intact.reset()
    result = resume(link(intact), tap, lambda _: None, HOLDER)
    return NOT_SHOWN if result is None else result


NOT_SHOWN = Result(Outcome.TERMINATED)
FLOWS = {
    "qpboc": lambda link: tapped(link("electronic-cash", "contactless"), ttq=OFFLINE_QPBOC, holder=HOLDER),
    "qpboc online": lambda link: tapped(
        link("electronic-cash", "contactless"), Bank(), ttq=ONLINE, holder=HOLDER
    ),
    "sm": lambda link: tapped(link("sm-beside-rsa", "contactless"), holder=HOLDER),
    "contactless debit": lambda link: tapped(
        link("contactless-debit", "contactless"), Bank(), ttq=Ttq.CONTACTLESS_PBOC | Ttq.QPBOC, holder=HOLDER
    ),
    "extended": lambda link: tapped(
        link("extended-application", "contactless"), extended_application=True, extension=SEGMENT
    ),
    "electronic cash": lambda link: inserted(
        link("electronic-cash", "contact"), Bank(), electronic_cash=True, cash_limit=20000, holder=HOLDER
    ),
    "return": lambda link: returned(link, "electronic-cash", OFFLINE_QPBOC),
    "return with proof": lambda link: returned(
        link, "extended-application", OFFLINE_QPBOC, extended_application=True, extension=SEGMENT
    ),
    "sm over contacts": lambda link: inserted(link("sm-beside-rsa", "contact"), Bank(), holder=HOLDER),
}


def disturbed(what, interface="contactless"):
    """A fresh card of a profile and interface, or the one that is given."""
    return card(what, interface) if isinstance(what, str) else what


class Disturbed:
    """A simulated card on a wire that replaces one answer."""

    def __init__(self, link, number, change) -> None:
        self.link = link
        self.number = number
        self.change = change

    def exchange(self, command):
        response = self.link.exchange(command)
        self.number -= 1
        return ResponseApdu.decode(self.change(response)) if self.number == 0 else response


def holds(flow, number, change):
    """The end is a stated one, and an approval rests on a cryptogram that the card gave."""
    result = FLOWS[flow](lambda *what: Disturbed(disturbed(*what), number, change))
    assert isinstance(result.outcome, Outcome)
    if result.approved:
        assert result.cryptograms[-1] in {Cryptogram.TC, Cryptogram.ARQC}
        assert len(result.cryptogram) == 8


@pytest.mark.parametrize("flow", FLOWS)
def test_the_flow_is_approved_when_nothing_disturbs_it(flow):
    assert FLOWS[flow](disturbed).approved


@pytest.mark.parametrize("flow", FLOWS)
@settings(deadline=None, max_examples=20)
@given(st.integers(1, 16), st.binary(max_size=60), STATUS)
def test_an_arbitrary_answer_at_any_exchange(flow, number, content, status):
    holds(flow, number, lambda _: content + status)


@pytest.mark.parametrize("flow", FLOWS)
@settings(deadline=None, max_examples=20)
@given(st.integers(1, 16), st.integers(0, 260))
def test_a_truncated_answer_at_any_exchange(flow, number, size):
    holds(flow, number, lambda response: response.data[:size] + b"\x90\x00")


@pytest.mark.parametrize("flow", FLOWS)
@settings(deadline=None, max_examples=40)
@given(st.integers(1, 16), st.data())
def test_a_changed_byte_at_any_exchange(flow, number, drawn):
    def change(response):
        raw = bytearray(response.encode())
        raw[drawn.draw(st.integers(0, len(raw) - 1))] = drawn.draw(st.integers(0, 255))
        return bytes(raw)

    holds(flow, number, change)
