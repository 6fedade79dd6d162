"""C-APDUs and R-APDUs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codec import apdu
from conformance.codec.apdu import ApduError, CommandApdu, ResponseApdu
from conformance.codec.status import StatusWord

BYTES = st.integers(0, 255)


def commands(longest: int, highest_le: int, *, extended: bool) -> st.SearchStrategy[CommandApdu]:
    le = st.none() | st.integers(1, highest_le)
    parts = (BYTES, BYTES, BYTES, BYTES, st.binary(max_size=longest), le)
    built = st.builds(CommandApdu, *parts, st.just(extended))
    return built.filter(lambda each: not each.extended or each.case > 1)


@given(commands(255, 256, extended=False))
def test_short_commands_survive_the_wire(command: CommandApdu) -> None:
    assert CommandApdu.decode(command.encode()) == command


@given(commands(600, 65536, extended=True))
def test_extended_commands_survive_the_wire(command: CommandApdu) -> None:
    assert CommandApdu.decode(command.encode()) == command


@given(st.binary(max_size=300), st.integers(0, 0xFFFF))
def test_responses_survive_the_wire(answer: bytes, sw: int) -> None:
    response = ResponseApdu(answer, StatusWord(sw))
    assert ResponseApdu.decode(response.encode()) == response


@given(st.binary(max_size=300))
def test_any_bytes_are_a_command_or_refused_within_them(raw: bytes) -> None:
    try:
        again, place = CommandApdu.decode(raw).encode(), 0
    except ApduError as error:
        again, place = raw, error.offset
    assert again == raw
    assert 0 <= place <= len(raw)


@pytest.mark.parametrize(
    ("raw", "case", "size", "le"),
    [
        ("00840000", 1, 0, None),
        ("00B2010C00", 2, 0, 256),
        ("00B2010C10", 2, 0, 16),
        ("0020008008240000FFFFFFFFFF", 3, 8, None),
        ("00A4040005A00000033300", 4, 5, 256),
        ("00B2010C000000", 2, 0, 65536),
        ("00B2010C000100", 2, 0, 256),
        ("00A40400000005A000000333", 3, 5, None),
        ("00A40400000005A0000003330000", 4, 5, 65536),
    ],
)
def test_the_four_cases_are_told_apart(raw: str, case: int, size: int, le: int | None) -> None:
    command = CommandApdu.decode(bytes.fromhex(raw))
    assert (command.case, len(command.data), command.le) == (case, size, le)


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        ("", 0),
        ("00A404", 3),
        ("00A4040005A0", 4),  # Lc promises more than follows
        ("00A4040002A0000000", 7),  # two bytes stand where Le would
        ("00A404000000", 6),  # an extended length is cut off
        ("00A40400000000AA", 4),  # an extended Lc of zero
        ("00A40400000005A0000003", 4),
        ("00A40400000005A000000333AA", 12),
    ],
)
def test_a_malformed_command_is_refused_where_it_goes_wrong(raw: str, offset: int) -> None:
    with pytest.raises(ApduError) as refused:
        CommandApdu.decode(bytes.fromhex(raw))
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    "command",
    [
        CommandApdu(0, 0xA4, 4, 0, bytes(256)),
        CommandApdu(0, 0xB2, 1, 12, le=257),
        CommandApdu(0, 0xB2, 1, 12, le=0),
        CommandApdu(0, 0xB2, 1, 12, le=65537, extended=True),
        CommandApdu(0, 0xA4, 4, 0, bytes(65536), extended=True),
    ],
)
def test_a_command_that_does_not_fit_is_not_encoded(command: CommandApdu) -> None:
    with pytest.raises(ApduError):
        command.encode()


def test_an_answer_without_a_whole_status_word_is_refused() -> None:
    with pytest.raises(ApduError) as refused:
        ResponseApdu.decode(b"\x90")
    assert refused.value.offset == 1


@pytest.mark.parametrize(
    ("command", "raw", "name"),
    [
        (apdu.select(bytes.fromhex("A000000333")), "00A4040005A00000033300", "SELECT"),
        (apdu.select(bytes.fromhex("A000000333"), next_occurrence=True), "00A4040205A00000033300", "SELECT"),
        (apdu.read_record(1, 4), "00B2040C00", "READ RECORD"),
        (apdu.get_data(0x9F79), "80CA9F7900", "GET DATA"),
        (apdu.get_processing_options(b""), "80A8000002830000", "GET PROCESSING OPTIONS"),
        (
            apdu.get_processing_options(bytes.fromhex("000000000000010156")),
            "80A800000B830900000000000001015600",
            "GET PROCESSING OPTIONS",
        ),
        (
            apdu.internal_authenticate(bytes.fromhex("7863AFC6")),
            "00880000047863AFC600",
            "INTERNAL AUTHENTICATE",
        ),
        (apdu.generate_ac(0x40, b"\1\2"), "80AE400002010200", "GENERATE AC"),
        (apdu.external_authenticate(bytes(10)), "008200000A" + "00" * 10, "EXTERNAL AUTHENTICATE"),
        (apdu.get_challenge(), "0084000000", "GET CHALLENGE"),
        (apdu.verify_pin("123456"), "002000800826123456FFFFFFFF", "VERIFY"),
    ],
)
def test_commands_are_built_as_the_standard_prints_them(command: CommandApdu, raw: str, name: str) -> None:
    assert (command.encode().hex().upper(), command.name) == (raw, name)


def test_an_unknown_instruction_is_named_by_its_byte() -> None:
    assert CommandApdu(0x80, 0xF0, 0, 0).name == "INS F0"
