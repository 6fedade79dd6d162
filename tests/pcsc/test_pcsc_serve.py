"""`conformance card serve` before a program that is not ours: pyscard alone, in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from conformance.link.outcomes import NoPcscService
from conformance.link.pcscd import PcscService

pytestmark = pytest.mark.tool("pcsc")

# Knows nothing of this suite: connects, sends, prints.
STRANGER = """
import sys, time
from smartcard.System import readers
from smartcard.Exceptions import NoCardException
for attempt in range(100):
    try:
        connection = readers()[0].createConnection()
        connection.connect()
        break
    except NoCardException:
        time.sleep(0.1)
print(bytes(connection.getATR()).hex().upper())
for command in sys.argv[1:]:
    answer, sw1, sw2 = connection.transmit(list(bytes.fromhex(command)))
    if sw1 == 0x61:
        answer, sw1, sw2 = connection.transmit([0x00, 0xC0, 0x00, 0x00, sw2])
    if sw1 == 0x6C:
        answer, sw1, sw2 = connection.transmit(list(bytes.fromhex(command))[:4] + [sw2])
    print(bytes([*answer, sw1, sw2]).hex().upper())
connection.disconnect()
"""
SELECT_PPSE = "00A404000E325041592E5359532E444446303100"
SELECT_PSE = "00A404000E315041592E5359532E444446303100"


@pytest.fixture(name="service")
def service_fixture(lacking):
    service = PcscService()
    try:
        service.start()
    except NoPcscService as reason:
        lacking("pcsc", str(reason))
    yield service
    service.stop()


def served(service, *words: str):
    command = [sys.executable, "-m", "conformance", "card", "serve", *words, "--port", str(service.card_port)]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert program.stdout is not None
    assert "is in the virtual reader" in program.stdout.readline()
    return program


def taken_out(program):
    program.send_signal(signal.SIGINT)
    said, _ = program.communicate(timeout=10)
    return program.returncode, said.strip()


def stranger(*commands: str):
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, *commands], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_a_stranger_reads_a_contactless_card(service):
    program = served(service, "long-aid", "--interface", "contactless")
    atr, directory, purse = stranger(SELECT_PPSE, "00A4040007A000000333010100")
    assert taken_out(program) == (0, "taken out")
    assert atr == "3B80800101"
    assert "4F10A0000003330101065133020000000017" in directory
    assert purse.startswith("6F")
    assert purse.endswith("9000")


def test_a_stranger_reads_a_contact_card_over_t0(service):
    program = served(service, "several-applications", "--interface", "contact")
    atr, _, first, second, after = stranger(SELECT_PSE, "00B2010C00", "00B2020C00", "00B2030C00")
    taken_out(program)
    assert atr == "3B600000"
    assert ("4F08A000000333010102" in first, "4F08A000000333010101" in second) == (True, True)
    assert after == "6A83"


def test_a_card_goes_into_the_slot_of_the_reader_that_is_named(service):
    program = served(service, "credit", "--reader", "Virtual PCD 00 00")
    assert stranger("00A4040008A00000033301010200")[1].endswith("9000")
    taken_out(program)


@pytest.mark.parametrize(
    ("reader", "said"),
    [("ACME 00 00", "PC/SC shows no reader ACME 00 00; there are: Virtual PCD 00 00, Virtual PCD 00 01")],
)
def test_a_reader_that_is_not_there_is_named(service, reader, said):
    command = [sys.executable, "-m", "conformance", "card", "serve", "credit", "--reader", reader]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (2, said)
