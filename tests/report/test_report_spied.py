"""Sessions overheard by other tools: each layout tells the session that it is, or where it breaks."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from report_record import session

from conformance.model.run import Exchange
from conformance.record.spied.joined import joined
from conformance.record.spied.proxmark import crc_a
from conformance.record.spied.session import read_session
from conformance.report.trace import SessionError, gather

SPIED = Path(__file__).parents[1] / "vectors" / "spied"
CAPTURES = ("simtrace.pcap", "simtrace_cooked_big_endian.pcap")
WITH_LE = ("scriptor.txt", "pcsc_spy.txt", "proxmark.txt")
HEADER = 5


def said(path: Path) -> list[tuple[str, str | None]]:
    return [(each.command.hex(), each.response and each.response.hex()) for each in read_session(path)]


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "a file"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def over_t0(command: bytes) -> bytes:
    return command[: HEADER + command[4]] if len(command) > HEADER else command


@pytest.mark.parametrize("name", WITH_LE)
def test_a_layout_tells_the_session(name: str) -> None:
    told = read_session(SPIED / name)
    assert [(each.number, each.command, each.response) for each in told] == [
        (each.number, each.command, each.response) for each in session()
    ]


@pytest.mark.parametrize("name", CAPTURES)
def test_a_capture_tells_the_session_as_t0_carried_it(name: str) -> None:
    told = read_session(SPIED / name)
    assert [(each.number, each.command, each.response) for each in told] == [
        (each.number, over_t0(each.command), each.response) for each in session()
    ]


@pytest.mark.parametrize("name", [*WITH_LE, *CAPTURES])
def test_certificates_are_checked_in_every_layout(name: str) -> None:
    (found,) = gather(SPIED / name)
    verdicts = [check.ok for check in found.checks]
    assert True in verdicts
    assert False not in verdicts


def test_times_come_from_where_the_source_has_them() -> None:
    spy, field, capture, other = (
        read_session(SPIED / name) for name in ("pcsc_spy.txt", "proxmark.txt", *CAPTURES)
    )
    assert (spy[0].at, spy[0].duration) == (0, 20025)
    assert (field[0].at, field[0].duration) == (0, round((116028 - 55776) / 13.56))
    assert field[1].at == round((117528 - 55776) / 13.56)
    assert (capture[0].at, capture[0].duration, capture[1].at) == (0, 14600, 26900)
    assert [each.at for each in other] == [each.at for each in capture]


@pytest.mark.parametrize(
    "dialogue",
    [
        "> 00B2010C00\n< 6A83\n",
        "-> 00 b2 01 0c 00 # READ RECORD\n\n<- 6a 83\n",
        "C: 00B2010C\n00\nR: 6A83\n",
        "# a comment\n=> 00B2010C00\n<= 6A83 : Record not found.\n",
    ],
)
def test_dialogues_are_written_in_many_ways(tmp_path: Path, dialogue: str) -> None:
    assert said(written(tmp_path, dialogue)) == [("00b2010c00", "6a83")]


def test_a_command_without_an_answer_is_a_mute_card(tmp_path: Path) -> None:
    first, second = read_session(written(tmp_path, "> 00B2010C00\n> 00B2020C00\n<\n"))
    assert (first.response, first.outcome) == (None, "mute")
    assert (second.response, second.outcome) == (None, "mute")


SPY = """SCardTransmit
 i bSendLength 0x00000005 (5)
 i bSendBuffer
 i  0000 00 B2 01 0C 00                                  .....
 o bRecvLength 0x00000002 (2)
 o bRecvBuffer
 o  0000 6A 83                                           j.
"""


def test_a_call_that_failed_is_no_answer(tmp_path: Path) -> None:
    removed = "\x1b[01;31m => Card was removed. (SCARD_W_REMOVED_CARD [0x80100069]) \x1b[0m [??.??]\n"
    (gone,) = read_session(written(tmp_path, SPY + removed))
    assert (gone.response, gone.outcome, gone.duration) == (None, "reader gone", 0)


def test_the_first_layout_of_the_spy_has_a_buffer_on_one_line(tmp_path: Path) -> None:
    log = (
        "SCardTransmit\n i hCard: 0x0001\n i bSendLength 0x00000005\n i bSendBuffer 00 B2 01 0C 00\n"
        " o bRecvLength 0x00000002\n o bRecvBuffer 6A 83\n"
        " => Command successful. [0x00000000] [0.000020025]\n"
    )
    (only,) = read_session(written(tmp_path, log))
    assert (only.command.hex(), only.response, only.duration) == ("00b2010c00", b"\x6a\x83", 20025)


def test_calls_of_two_threads_are_kept_apart(tmp_path: Path) -> None:
    named = SPY + " => Command successful. (SCARD_S_SUCCESS [0x00000000])  [1.000001]\n"
    lines = named.splitlines(keepends=True)
    mixed = "".join(f" (t0) {one}     (t1) {one.replace('01 0C', '02 0C')}" for one in lines)
    assert said(written(tmp_path, mixed)) == [("00b2010c00", "6a83"), ("00b2020c00", "6a83")]


def row(source: str, frame: str, *, start: int = 0) -> str:
    raw = bytes.fromhex(frame)
    return f" {start:10} | {start + 10:10} | {source} |{(raw + crc_a(raw)).hex(' ')} | ok |\n"


def test_the_crc_is_that_of_the_standard() -> None:
    assert crc_a(bytes.fromhex("0000")) == bytes.fromhex("A01E")  # ISO/IEC 14443-3 annex B
    assert crc_a(bytes.fromhex("1234")) == bytes.fromhex("26CF")


def test_the_same_block_after_another_activation_is_another_command(tmp_path: Path) -> None:
    once = row("Rdr", "0200B2010C00") + row("Tag", "026A83")
    table = once + row("Rdr", "E050") + row("Tag", "0278") + once
    assert said(written(tmp_path, table)) == [("00b2010c00", "6a83")] * 2


def test_cid_and_nad_belong_to_the_prologue(tmp_path: Path) -> None:
    table = row("Rdr", "0A0100B2010C00") + row("Tag", "0E01006A83")
    assert said(written(tmp_path, table)) == [("00b2010c00", "6a83")]


def test_a_table_without_any_crc_is_one_over_contacts(tmp_path: Path) -> None:
    table = (
        "  0 |  0 | Tag |3b 60 00 00 |  |\n  0 |  0 | Rdr |00 b2 01 0c 00 |  |\n  0 |  0 | Tag |6a 83 |  |\n"
    )
    assert said(written(tmp_path, table)) == [("00b2010c00", "6a83")]


def capture(tpdu: str, *, subtype: int = 0, link: int = 1, cut: int = 0, magic: int = 0xA1B2C3D4) -> bytes:
    tap = struct.pack(">BBBBHBBIBBBB", 2, 4, 4, 0, 0, 0, 0, 0, subtype, 0, 0, 0) + bytes.fromhex(tpdu)
    udp = struct.pack(">4H", 4729, 4729, 8 + len(tap), 0) + tap
    frame = (
        bytes(12) + b"\x08\x00" + struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 0, 0)
    )
    packet = frame + udp
    head = struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    whole = head + struct.pack("<4I", 1, 0, len(packet), len(packet)) + packet
    return whole[: len(whole) - cut]


@pytest.mark.parametrize(
    ("tpdu", "exchange"),
    [
        ("00B2010C02AABB9000", ("00b2010c02", "aabb9000")),
        ("00B2010C0260B2AABB609000", ("00b2010c02", "aabb9000")),
        ("00B2010C024DAA4DBB9000", ("00b2010c02", "aabb9000")),
        ("002000800226AB9000", ("002000800226ab", "9000")),
        ("00B2010C006A83", ("00b2010c00", "6a83")),
    ],
)
def test_a_tpdu_is_an_exchange_with_or_without_procedure_bytes(
    tmp_path: Path, tpdu: str, exchange: tuple[str, str]
) -> None:
    assert said(written(tmp_path, capture(tpdu))) == [exchange]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("> 00B2010C00\n< 6A83\nwhat", "line 3: neither a command"),
        ("> 00B2010C00\n< 6A83\n< 6A83\n", "line 3: an answer without a command"),
        ("> 00B2010C00\n< 6A8\n", "line 2: "),
        ("> 00B2010C00\n< 6A\n", "line 2: an answer of one byte"),
        (SPY, "line 1: SCardTransmit without a result"),
        (
            SPY.replace("(2)", "").replace("0x00000002", "0x00000003") + " => ok [0x00000000]) [0.000001]\n",
            "line 1: b",
        ),
        (row("Rdr", "0200B2010C00").replace("b2", "b3", 1) + row("Tag", "026A83"), "line 1: the CRC"),
        (row("Rdr", "0200B2010C00") + row("Tag", "126A83"), "line 2: the chain of blocks has no end"),
        (
            row("Tag", "0200") + "  0 |  0 | Tag |6a 83 |  |\n" + row("Rdr", "0200B2") + row("Tag", "126A83"),
            "line 4",
        ),
        ("  0 |  0 | Tag |6a 83 |  |\n", "line 1: an answer without a command"),
        (row("Rdr", "0200B2010C00").replace("b2", "zz", 1), 'line 1: "zz" is no byte'),
        (capture("00B2010C02AABB9000", cut=1), "packet 1, byte 24: the packet is cut off"),
        (capture("00B2010C02AABB9000", link=147), "byte 20: link type 147"),
        (capture("00B2010C03AABB9000"), "packet 1, byte 24: 2 bytes of data where P3 says 3"),
        (capture("00F9010C02AABB9000"), "INS F9"),
        (capture("00B2010C00", subtype=4), "sub-type 4"),
        (capture("3B600000", subtype=1), "no SIM exchange"),
        (b"\x0a\x0d\x0d\x0a" + bytes(20), "pcapng"),
    ],
)
def test_what_is_not_whole_is_refused_with_its_place(
    tmp_path: Path, content: str | bytes, place: str
) -> None:
    with pytest.raises(SessionError, match=place):
        read_session(written(tmp_path, content))


def exchanged(command: str, response: str) -> Exchange:
    return Exchange(0, bytes.fromhex(command), bytes.fromhex(response), "answered", 0, 5)


@pytest.mark.parametrize(
    ("first", "then", "is_one"),
    [
        (("00A4040001AA", "6102"), ("00C0000002", "AABB9000"), True),
        (("00A4040001AA", "6103"), ("00C0000002", "AABB9000"), False),
        (("00A4040001AA", "6102"), ("00C0000002", "AABB6101"), False),
        (("00A4040001AA", "6102"), ("00B2010C02", "AABB9000"), False),
        (("00B2010C00", "6C02"), ("00B2010C02", "AABB9000"), True),
        (("00B2010C05", "6C02"), ("00B2010C02", "AABB9000"), False),
        (("00B2010C00", "6C02"), ("00B2020C02", "AABB9000"), False),
    ],
)
def test_only_what_is_in_no_doubt_is_joined(
    first: tuple[str, str], then: tuple[str, str], *, is_one: bool
) -> None:
    found = joined([exchanged(*first), exchanged(*then)])
    assert len(found) == (1 if is_one else 2)
    assert [each.number for each in found] == [1, 2][: len(found)]
    if is_one:
        assert (found[0].command.hex().upper(), found[0].duration) == (first[0], 10)
        assert found[0].response == bytes.fromhex(then[1])
