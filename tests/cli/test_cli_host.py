"""`conformance host serve`: hosts for a real terminal, and what cannot be served."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.codec import iso8583
from conformance.codec.iso8583 import Business, CardRead, PanEntry, Terminal, build
from conformance.sim.host import RemoteHospital, exchange

ACCOUNT = "6210948000000011=100.00:123456"
SALE = build(
    Business.SALE,
    Terminal("10000001", "898520170620001", 1),
    1,
    amount=2000,
    card=CardRead(PanEntry.STRIPE, "6210948000000011", "3012", track2="6210948000000011D30121010000000000"),
)


@pytest.fixture
def served():
    """Start a host and return where it says that it is; it is ended in the end."""
    programs: list[subprocess.Popen[str]] = []

    def start(*words: str) -> tuple[str, int]:
        command = [sys.executable, "-m", "conformance", "host", "serve", *words]
        program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONUNBUFFERED": "1"})
        programs.append(program)
        assert program.stdout is not None
        host, port = program.stdout.readline().partition(" on ")[2].partition(";")[0].split(":")
        return host, int(port)

    yield start
    for program in programs:
        program.terminate()
        program.communicate()


def test_the_acquirer_answers_a_terminal(served) -> None:
    address = served("acquirer", "--account", ACCOUNT)
    assert iso8583.decode(exchange(address, iso8583.encode(SALE), 10)).response == "00"


def test_the_hospital_answers_a_counter(served) -> None:
    address = served("hospital", "--bill", "B001=P001:120.50")
    assert RemoteHospital(address).bill("B001").amount == 12_050


@pytest.mark.parametrize(
    "words",
    [
        ("acquirer", "--account", "not-a-card"),
        ("acquirer", "--account", "6210948000000011"),
        ("hospital", "--bill", "B001=12.00"),
    ],
)
def test_what_cannot_be_served_is_refused(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, ["host", "serve", *words])
    assert (done.exit_code, "such as" in done.output) == (2, True)
