from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sim_terminal_parts_cuts import PAN

from conformance.crypto.des import tdes_decrypt
from conformance.sim.terminal.parts.pin_pad import PinPad, PinPadUnusable, format_0

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def test_format_0_is_that_of_the_published_example():
    """PIN 1234 and PAN 4321987654321098 with check digit 7, as encyclopedias print it."""
    assert format_0("1234", "43219876543210987") == bytes.fromhex("0412AC89ABCDEF67")


def test_the_block_is_enciphered_under_the_key():
    block = PinPad(KEY, {"right": "123456"}).pin_block("right", PAN)
    assert tdes_decrypt(KEY, block) == format_0("123456", PAN)


@given(st.from_regex(r"[0-9]{4,12}", fullmatch=True))
def test_the_pin_can_be_found_again_from_its_block(pin):
    account = int(PAN[3:15], 16)
    entered = f"{int.from_bytes(format_0(pin, PAN), 'big') ^ account:016X}"
    assert entered == f"0{len(pin):X}{pin}".ljust(16, "F")


def test_cancel_gives_no_block():
    assert PinPad(KEY, {}).pin_block(None, PAN) is None


def test_an_unknown_reference_is_refused():
    with pytest.raises(ValueError, match="no PIN has the reference"):
        PinPad(KEY, {"right": "1234"}).pin_block("wrong", PAN)


def test_a_pad_that_was_tampered_with_is_unusable():
    pad = PinPad(KEY, {"right": "1234"})
    pad.tamper()
    with pytest.raises(PinPadUnusable):
        pad.pin_block("right", PAN)


@pytest.mark.parametrize(
    ("pin", "pan"), [("123", PAN), ("1" * 13, PAN), ("12a4", PAN), ("1234", ""), ("1234", "62x")]
)
def test_what_is_no_pin_or_no_pan_is_refused_without_being_repeated(pin, pan):
    with pytest.raises(ValueError, match="a PIN has 4 to 12 digits, a PAN digits alone"):
        format_0(pin, pan)
