"""Programs that are not ours read a served card to the end: scriptor, opensc-tool, emvtool."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import replace

import pytest

from conformance.codec import apdu
from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.link.outcomes import NoPcscService
from conformance.link.pcscd import PcscService
from conformance.link.vpcd import VirtualReader
from conformance.sim.card.served import served

AID = bytes.fromhex("A000000333010101")
SESSION = (
    apdu.select(AID),
    apdu.get_processing_options(b""),
    *(apdu.read_record(sfi, number) for sfi, number in ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4))),
    apdu.internal_authenticate(bytes(4)),
    apdu.get_data(0x9F36),
    apdu.generate_ac(0x80, bytes(55)),
)
SCRIPTOR = re.compile(r"^< ((?:[0-9A-F]{2}\s+)+):", re.MULTILINE)
HEX = re.compile(r"^(?:[0-9A-F]{2} )+", re.MULTILINE)
OPENSC = re.compile(r"\(SW1=0x(..), SW2=0x(..)\)(?::\n((?:(?:[0-9A-F]{2} )+.*\n)+))?")


@pytest.fixture(name="field")
def field_fixture(lacking):
    service = PcscService()
    try:
        service.start()
    except NoPcscService as reason:
        lacking("pcsc", str(reason))
    with VirtualReader(service.host, service.card_port) as field:
        yield field
    service.stop()


def ran(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def told(link, commands):
    """Every exchange of a session, GET RESPONSE and the right Le sent where the card asks for them."""
    link.reset()
    waiting, exchanged = list(reversed(commands)), []
    while waiting:
        command = waiting.pop()
        answer = link.exchange(command)
        exchanged.append((command, answer))
        if answer.sw.sw1 == 0x61:
            waiting.append(CommandApdu(0x00, 0xC0, 0x00, 0x00, le=answer.sw.sw2))
        elif answer.sw.sw1 == 0x6C:
            waiting.append(replace(command, le=answer.sw.sw2))
    return exchanged


def put_in(field, profile, over):
    field.plug(served(profile, over))
    time.sleep(0.6)  # pcscd polls every 0.4 s


@pytest.mark.tool("pcsc")
@pytest.mark.tool("scriptor")
@pytest.mark.parametrize("over", ["t0", "t1"])
def test_scriptor_hears_every_answer(field, tmp_path, over):
    exchanged = told(served("debit-credit", over), SESSION)
    script = tmp_path / "script"
    script.write_text("reset\n" + "".join(f"{command.encode().hex(' ')}\n" for command, _ in exchanged))
    put_in(field, "debit-credit", over)
    heard = SCRIPTOR.findall(ran("scriptor", "-r", PcscService.reader, str(script)))
    assert [bytes.fromhex(each) for each in heard] == [answer.encode() for _, answer in exchanged]


@pytest.mark.tool("pcsc")
@pytest.mark.tool("opensc")
@pytest.mark.parametrize("over", ["t0", "t1"])
def test_opensc_tool_hears_every_answer(field, over):
    link = served("debit-credit", "t1")
    expected = [answer for _, answer in told(link, SESSION)]
    put_in(field, "debit-credit", over)
    asked = [word for command in SESSION for word in ("-s", command.encode().hex())]
    heard = OPENSC.findall(ran("opensc-tool", *asked))
    assert [
        ResponseApdu.decode(bytes.fromhex("".join(HEX.findall(rows)) + sw1 + sw2)) for sw1, sw2, rows in heard
    ] == expected


@pytest.mark.tool("pcsc")
@pytest.mark.tool("opensc")
def test_opensc_tool_reads_a_contactless_card(field):
    put_in(field, "electronic-cash", "contactless")
    said = ran("opensc-tool", "-a", "-s", apdu.select(AID).encode().hex(), "-s", "80ca9f7900")
    assert said.startswith("3b:80:80:01:01")
    assert "9F 79 06 00 00 00 00 50 00" in said


@pytest.mark.tool("pcsc")
@pytest.mark.tool("emvtool")
def test_emvtool_reads_a_debit_card_to_the_end(field):
    put_in(field, "debit-credit", "t0")
    said = ran("emvtool", "-r", "0", "appdata", "0")
    assert [name in said for name in ("PBOC DEBIT", "CDOL2", "ICC Public Key Certificate")] == [True] * 3
