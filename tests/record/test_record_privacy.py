"""What belongs to a person is not in the record; what belongs to a test card is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_samples import FCI, SELECT, opened

from conformance.codec.iso8583 import Business, CardRead, PanEntry, build, decode, encode
from conformance.codec.iso8583 import Terminal as HostTerminal
from conformance.model.run import Exchange, Finding, Observation, Where
from conformance.model.verdict import Verdict
from conformance.record.privacy import TEST_PANS, Privacy
from conformance.record.reader import read

if TYPE_CHECKING:
    from pathlib import Path

TEST_PAN = "6210948000000011"
SOMEONES_PAN = "6299990000000009"  # made up; its check digit holds
NAME = "统一测试卡".encode("gb18030")
IDENTITY = b"110101198806200001"
PIN_BLOCK = "241234FFFFFFFFFF"
CERTIFICATE = bytes(range(0x40, 0xC0))
OK = bytes.fromhex("9000")


def tlv(tag: str, value: bytes) -> bytes:
    length = bytes([len(value)]) if len(value) < 0x80 else bytes([0x81, len(value)])
    return bytes.fromhex(tag) + length + value


def record(*elements: bytes) -> Exchange:
    """The answer to READ RECORD with these elements."""
    return answered("00B2011400", tlv("70", b"".join(elements)) + OK)


def answered(command: str, response: bytes, outcome: str = "answered") -> Exchange:
    return Exchange(1, bytes.fromhex(command), response, outcome, 0, 50)


def pan(digits: str) -> bytes:
    return tlv("5A", bytes.fromhex(digits))


def track2(digits: str) -> bytes:
    return tlv("57", bytes.fromhex(f"{digits}D301020100000F"))


def track1(digits: str) -> bytes:
    return tlv("9F1F", digits.encode() + b"^TEST/CARD^3010201^")


def redactions(exchange: Exchange) -> list[tuple[str, str, str]]:
    return [(redaction.side, redaction.path, redaction.kind) for redaction in exchange.redacted]


@pytest.fixture
def privacy() -> Privacy:
    return Privacy()


def test_an_answer_without_personal_elements_is_written_as_it_is(privacy: Privacy) -> None:
    exchange = Exchange(1, SELECT, FCI, "answered", 0, 50)
    assert privacy.redact(exchange) is exchange


@pytest.mark.parametrize("published", TEST_PANS)
def test_a_published_test_pan_stays_readable(privacy: Privacy, published: object) -> None:
    prefix = getattr(published, "prefix", "")
    exchange = record(pan(prefix.ljust(16, "0")))
    assert privacy.redact(exchange) is exchange


def test_someones_pan_is_zeros_of_the_same_length(privacy: Privacy) -> None:
    written = privacy.redact(record(pan(SOMEONES_PAN)))
    assert written.response == tlv("70", pan("0" * 16)) + OK


def test_a_redaction_names_side_path_and_kind(privacy: Privacy) -> None:
    assert redactions(privacy.redact(record(pan(SOMEONES_PAN)))) == [("response", "70/5A", "pan")]


def test_a_pan_has_one_token_in_every_element_and_observation(privacy: Privacy) -> None:
    written = privacy.redact(record(pan(SOMEONES_PAN), track2(SOMEONES_PAN), track1(SOMEONES_PAN)))
    tokens = {redaction.token for redaction in written.redacted}
    assert tokens == {privacy.shown({"pan": SOMEONES_PAN})["pan"]}


def test_two_runs_have_no_token_in_common() -> None:
    values = b"6299990000000009"
    assert Privacy().token(values) != Privacy().token(values)


def test_the_bench_decides_which_pans_are_test_pans() -> None:
    privacy = Privacy(["629999"])
    assert privacy.redact(record(pan(SOMEONES_PAN))).redacted == ()
    assert privacy.redact(record(pan(TEST_PAN))).redacted != ()


@pytest.mark.parametrize("prefix", ["", "62", "62109X"])
def test_a_range_that_would_open_other_issuers_cards_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="no range of test PANs"):
        Privacy([prefix])


DEPENDENT = [
    pytest.param(tlv("5F20", NAME), id="name"),
    pytest.param(tlv("9F61", IDENTITY), id="identity"),
    pytest.param(tlv("9F20", b"0100000"), id="track"),
    pytest.param(tlv("9F46", CERTIFICATE), id="certificate"),
]


@pytest.mark.parametrize("element", DEPENDENT)
def test_what_depends_on_the_card_is_hidden_before_its_pan_is_known(privacy: Privacy, element: bytes) -> None:
    assert len(privacy.redact(record(element)).redacted) == 1


@pytest.mark.parametrize("element", DEPENDENT)
def test_what_depends_on_the_card_is_kept_once_it_showed_a_test_pan(privacy: Privacy, element: bytes) -> None:
    privacy.redact(record(track2(TEST_PAN)))
    assert privacy.redact(record(element)).redacted == ()


@pytest.mark.parametrize("element", DEPENDENT)
def test_what_depends_on_the_card_is_kept_when_the_bench_declares_test_cards(element: bytes) -> None:
    assert Privacy(trusted=True).redact(record(element)).redacted == ()


@pytest.mark.parametrize("element", DEPENDENT)
def test_someones_pan_outweighs_what_the_bench_declares(element: bytes) -> None:
    privacy = Privacy(trusted=True)
    privacy.redact(record(pan(SOMEONES_PAN)))
    assert len(privacy.redact(record(element)).redacted) == 1


def test_the_pan_counts_wherever_it_stands_in_the_answer(privacy: Privacy) -> None:
    answer = tlv("77", tlv("9F4B", CERTIFICATE) + track2(TEST_PAN)) + OK
    assert privacy.redact(answered("80A8000002830000", answer)).redacted == ()


FORGETTING = [
    pytest.param(Exchange(1, SELECT, FCI, "answered", 0, 50), id="select"),
    pytest.param(Exchange(1, bytes.fromhex("00B2010C00"), None, "withdrawn", 0, 50), id="withdrawn"),
    pytest.param(answered("00B2010C00", b"\x70\x00\x90\x00", "answer lost"), id="answer lost"),
]


@pytest.mark.parametrize("between", FORGETTING)
def test_the_next_card_has_to_show_its_own_pan(privacy: Privacy, between: Exchange) -> None:
    privacy.redact(record(pan(TEST_PAN)))
    privacy.redact(between)
    assert redactions(privacy.redact(record(tlv("9F46", CERTIFICATE)))) == [
        ("response", "70/9F46", "certificate")
    ]


def test_a_dropped_certificate_has_no_token(privacy: Privacy) -> None:
    assert privacy.redact(record(tlv("90", CERTIFICATE))).redacted[0].token is None


def test_a_signature_without_a_tag_of_its_own_is_dropped(privacy: Privacy) -> None:
    answer = answered("0088000004112233440000", tlv("80", CERTIFICATE) + OK)
    assert redactions(privacy.redact(answer)) == [("response", "80", "certificate")]


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("0020008008" + PIN_BLOCK, "pin"),
        ("00200080000008" + PIN_BLOCK, "pin"),
        ("0020008099" + PIN_BLOCK, "pin"),
        ("8424000214" + "5A" * 20, "pin"),
        ("80D8000010" + "40" * 16, "key"),
        ("80E2000010" + "40" * 16, "key"),
    ],
)
def test_secret_command_data_is_hidden_even_from_a_test_card(command: str, kind: str) -> None:
    privacy = Privacy(trusted=True)
    privacy.redact(record(pan(TEST_PAN)))
    written = privacy.redact(answered(command, OK))
    assert redactions(written) == [("command", "data", kind)]
    assert not any(written.command[7:])


@pytest.mark.parametrize("command", ["00200080", "00E2000004" + "5A" * 4, "0084000000"])
def test_commands_without_secret_data_are_written_as_they_are(privacy: Privacy, command: str) -> None:
    exchange = answered(command, bytes.fromhex("9F61119000"))
    assert privacy.redact(exchange).command == exchange.command


def test_someones_pan_in_an_updated_record_is_hidden(privacy: Privacy) -> None:
    data = tlv("70", pan(SOMEONES_PAN))
    written = privacy.redact(answered("04DC010C" + f"{len(data):02X}" + data.hex(), OK))
    assert redactions(written) == [("command", "70/5A", "pan")]


def test_a_known_pan_is_hidden_in_an_answer_that_has_no_tags(privacy: Privacy) -> None:
    privacy.redact(record(pan(SOMEONES_PAN)))
    log = bytes.fromhex("260504" + SOMEONES_PAN + "000000000100") + OK
    written = privacy.redact(answered("00B2015C00", log))
    assert written.response == bytes.fromhex("260504" + "0" * 16 + "000000000100") + OK
    assert redactions(written) == [("response", "@3", "pan")]


MALFORMED = [
    pytest.param("70305A08" + SOMEONES_PAN + "9000", id="cut off"),
    pytest.param("70129F07205A08" + SOMEONES_PAN + "5F2403301231", id="hidden by a wrong length"),
    pytest.param("70849F5A08" + SOMEONES_PAN, id="length of the template unreadable"),
    pytest.param("5A08" + SOMEONES_PAN, id="no template"),
    pytest.param("70135713" + SOMEONES_PAN + "D30102", id="track cut off"),
    pytest.param("7014575A" + SOMEONES_PAN + "D30102019000", id="length of the track wrong"),
]


@pytest.mark.parametrize("answer", MALFORMED)
def test_someones_pan_is_hidden_in_an_answer_that_does_not_decode(privacy: Privacy, answer: str) -> None:
    written = privacy.redact(answered("00B2010C00", bytes.fromhex(answer) + OK))
    assert written.response is not None
    assert SOMEONES_PAN not in written.response.hex()


@settings(deadline=None)
@given(before=st.binary(max_size=40), after=st.binary(max_size=40))
def test_someones_pan_is_hidden_whatever_bytes_surround_it(before: bytes, after: bytes) -> None:
    for element in (pan(SOMEONES_PAN), track2(SOMEONES_PAN)):
        written = Privacy().redact(answered("00B2010C00", before + element + after + OK))
        assert written.response is not None
        assert SOMEONES_PAN not in written.response.hex()
        assert len(written.response) == len(before + element + after + OK)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_answer_at_all_can_be_written(answer: bytes) -> None:
    written = Privacy().redact(answered("00B2010C00", answer))
    assert written.response is not None
    assert len(written.response) == len(answer)


@settings(deadline=None)
@given(st.binary(min_size=0, max_size=300))
def test_any_command_at_all_can_be_written(command: bytes) -> None:
    written = Privacy().redact(Exchange(1, command, None, "mute", 0, 50))
    assert len(written.command) == len(command)


@pytest.mark.parametrize("key", ["pan", "pans"])
def test_a_test_pan_in_an_observation_stays_readable(privacy: Privacy, key: str) -> None:
    assert privacy.shown({key: [TEST_PAN]}) == {key: [TEST_PAN]}


def test_someones_pan_in_a_sentence_becomes_its_token(privacy: Privacy) -> None:
    token = privacy.token(SOMEONES_PAN.encode())
    assert privacy.shown(f"PAN {SOMEONES_PAN} declined") == f"PAN {token} declined"


@pytest.mark.parametrize(
    "text", ["000000000100", "62109480000000111", "2026-05-04T09:30:00", "6299990000000008"]
)
def test_numbers_that_are_no_pan_stay(privacy: Privacy, text: str) -> None:
    assert privacy.shown(text) == text


def test_a_name_seen_on_a_card_is_hidden_where_a_finding_repeats_it(privacy: Privacy) -> None:
    privacy.redact(record(tlv("5F20", NAME)))
    assert "统一测试卡" not in privacy.shown("5F20 is 统一测试卡 / " + NAME.hex().upper())
    assert NAME.hex().upper() not in privacy.shown("5F20 is 统一测试卡 / " + NAME.hex().upper())


def test_a_declared_serial_number_is_not_taken_for_a_pan(privacy: Privacy) -> None:
    assert privacy.declared({"serial": SOMEONES_PAN}) == {"serial": SOMEONES_PAN}


def test_a_declared_pan_that_is_no_test_pan_becomes_its_token(privacy: Privacy) -> None:
    assert privacy.declared({"sample": {"pan": SOMEONES_PAN}}) == {
        "sample": {"pan": privacy.token(SOMEONES_PAN.encode())}
    }


def test_redactions_are_read_back(tmp_path: Path, privacy: Privacy) -> None:
    exchange = record(pan(SOMEONES_PAN), tlv("90", CERTIFICATE))
    path = tmp_path / "run.jsonl"
    with opened(path, privacy) as writer:
        writer.case_started("TRN-BUS-050", 1, 1)
        writer.exchange(exchange)
    assert read(path, incomplete=True).cases[0].exchanges == (privacy.redact(exchange),)


def test_a_foreign_card_leaves_nothing_of_itself_in_the_bytes_of_the_record(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    finding = Finding(
        "pan-differs",
        Verdict.FAIL,
        "JR/T 0025.5",
        f"PAN {SOMEONES_PAN}",
        f"5A08{SOMEONES_PAN}",
        Where(),
        {"pan": SOMEONES_PAN},
    )
    with opened(path, Privacy()) as writer:
        writer.case_started("TRN-BUS-050", 1, 1)
        writer.step_started("step", 0, "Tap")
        writer.exchange(Exchange(1, SELECT, FCI, "answered", 0, 50))
        writer.exchange(record(tlv("90", CERTIFICATE), tlv("5F20", NAME), tlv("9F61", IDENTITY)))
        writer.exchange(record(track2(SOMEONES_PAN), track1(SOMEONES_PAN)))
        writer.exchange(record(pan(SOMEONES_PAN), tlv("9F46", CERTIFICATE)))
        writer.exchange(answered("0020008008" + PIN_BLOCK, OK))
        writer.exchange(answered("00B2015C00", SOMEONES_PAN.encode() + OK))
        writer.event(Observation("transaction-record", {"pan": SOMEONES_PAN, "note": SOMEONES_PAN}))
        writer.event(finding)
        writer.case_ended(Verdict.FAIL, finding, f"PAN {SOMEONES_PAN}", 3)
    text = path.read_text("utf-8").upper()
    traces = {
        "pan": SOMEONES_PAN,
        "pan in ASCII": SOMEONES_PAN.encode().hex(),
        "name": NAME.hex(),
        "identity": IDENTITY.hex(),
        "pin": PIN_BLOCK,
        "certificate": CERTIFICATE.hex(),
    }
    assert [what for what, trace in traces.items() if trace.upper() in text] == []
    assert all(json.loads(line) for line in path.read_text("utf-8").splitlines())


def frame_of(digits: str, pin_block: bytes = b"") -> str:
    """A sale as a terminal sends it, in hex."""
    elements = {
        0x5A: bytes.fromhex(digits),
        0x57: bytes.fromhex(f"{digits}D301220100000F"),
        0x9F26: b"\7" * 8,
    }
    read_card = CardRead.chip(PanEntry.CONTACT, elements, pin_block)
    message = build(
        Business.SALE, HostTerminal("10000001", "898520170620001", 1), 1, amount=100, card=read_card
    )
    return encode(message).hex().upper()


def test_a_host_message_of_a_test_card_stays_as_it_is(privacy: Privacy) -> None:
    assert privacy.shown({"frame": frame_of(TEST_PAN)}) == {"frame": frame_of(TEST_PAN)}


def test_a_host_message_holds_nobodys_pan_and_still_decodes(privacy: Privacy) -> None:
    written = privacy.shown({"frame": frame_of(SOMEONES_PAN)})["frame"]
    message = decode(bytes.fromhex(written))
    assert SOMEONES_PAN not in written
    assert (message.text(2), message.text(35), message.amount) == ("0" * 16, "0" * 29, 100)


@pytest.mark.parametrize("digits", [TEST_PAN, SOMEONES_PAN])
def test_a_host_message_holds_no_pin_block(privacy: Privacy, digits: str) -> None:
    written = privacy.shown({"frame": frame_of(digits, bytes.fromhex(PIN_BLOCK))})["frame"]
    assert decode(bytes.fromhex(written)).fields[52] == bytes(8)


def test_the_pan_of_a_host_message_is_hidden_in_what_is_shown_afterwards(privacy: Privacy) -> None:
    privacy.shown({"frame": frame_of(SOMEONES_PAN)})
    assert SOMEONES_PAN not in privacy.shown({"details": {"card": f"no. {SOMEONES_PAN}"}})["details"]["card"]


@pytest.mark.parametrize("frame", ["6299990000000009", "no hex", ""])
def test_what_is_no_host_message_is_kept_on_a_trusted_bench_only(privacy: Privacy, frame: str) -> None:
    assert privacy.shown({"frame": frame})["frame"].startswith("tok:")
    assert Privacy(trusted=True).shown({"frame": "0011"}) == {"frame": "0011"}
