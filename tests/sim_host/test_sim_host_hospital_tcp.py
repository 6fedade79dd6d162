"""The hospital system over TCP: the same answers as in process, and what is no request."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.sim.host import (
    Bill,
    Hospital,
    HospitalDown,
    HospitalRefused,
    HostServer,
    RemoteHospital,
    hospital_server,
)
from conformance.sim.host.hospital import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

BILL = Bill("B1", "P1", 12_050)


@pytest.fixture
def hospital() -> Hospital:
    return Hospital([BILL])


@pytest.fixture
def server(hospital: Hospital) -> Iterator[HostServer]:
    served = hospital_server(hospital, deadline_s=2)
    thread = Thread(target=served.serve_forever)
    thread.start()
    yield served
    served.close()
    thread.join()


@pytest.fixture
def remote(server: HostServer) -> RemoteHospital:
    return RemoteHospital(server.address, deadline_s=2)


def asked(server: HostServer, line: bytes) -> dict[str, object] | None:
    """The answer to a line, None where the connection ends instead."""
    with socket.create_connection(server.address, 5) as connection:
        connection.sendall(line)
        with connection.makefile("rb") as stream:
            answer = stream.readline()
    return json.loads(answer) if answer else None


def test_a_bill_comes_as_it_stands(remote: RemoteHospital) -> None:
    assert remote.bill("B1") == BILL


def test_a_payment_is_noted_in_the_hospitals_own_ledger(remote: RemoteHospital, hospital: Hospital) -> None:
    remote.lock("B1", "counter")
    entry = remote.pay("B1", "00", "000000000001")
    assert hospital.entries == (entry,)
    assert entry.outcome is Outcome.OK


def test_no_response_is_a_timeout(remote: RemoteHospital, hospital: Hospital) -> None:
    remote.pay("B1", None)
    assert hospital.entries[-1].outcome is Outcome.TIMEOUT


def test_the_same_reference_is_noted_once(remote: RemoteHospital, hospital: Hospital) -> None:
    first = remote.deposit("P1", 500, "00", "000000000001")
    assert remote.deposit("P1", 500, "00", "000000000001") == first
    assert (remote.prepaid("P1"), len(hospital.entries)) == (500, 1)


def test_a_refusal_comes_in_the_hospitals_own_words(remote: RemoteHospital) -> None:
    remote.lock("B1", "one")
    with pytest.raises(HospitalRefused, match="being paid at one"):
        remote.lock("B1", "two")


def test_a_bill_is_given_free_by_the_counter_that_took_it(remote: RemoteHospital) -> None:
    remote.lock("B1", "one")
    remote.unlock("B1", "two")
    with pytest.raises(HospitalRefused):
        remote.lock("B1", "two")
    remote.unlock("B1", "one")
    assert remote.lock("B1", "two") == BILL


def test_a_payment_is_taken_back_by_its_reference(remote: RemoteHospital, hospital: Hospital) -> None:
    remote.pay("B1", "00", "000000000001")
    assert remote.undone("000000000001") == remote.undone("000000000001")
    assert (hospital.paid("B1"), len(hospital.entries)) == (False, 2)


def test_a_system_that_is_down_is_told_from_a_refusal(remote: RemoteHospital, hospital: Hospital) -> None:
    hospital.down = True
    with pytest.raises(HospitalDown):
        remote.bill("B1")


def test_a_system_that_is_not_there_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()[:2]
    with pytest.raises(HospitalDown):
        RemoteHospital(address, 1).bill("B1")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"\n", -32700),
        (b"[]\n", -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"entries"}\n', -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"__init__","params":{}}\n', -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"bill","params":{"number":7}}\n', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"bill","params":["B1"]}\n', -32602),
    ],
)
def test_what_is_no_request_is_told_so(server: HostServer, line: bytes, code: int) -> None:
    answer = asked(server, line)
    assert answer is not None
    assert answer["error"]["code"] == code


def test_a_line_that_never_ends_is_given_up(server: HostServer) -> None:
    assert asked(server, b'{"jsonrpc":') is None


@given(st.one_of(st.binary(max_size=80), st.from_regex(rb'\{"(result|error)": ?[\[{0-9"a-z:,\]} ]{0,30}\}')))
def test_whatever_a_hospital_answers_it_answers_or_is_down(raw: bytes) -> None:
    remote = RemoteHospital(("127.0.0.1", 1))
    with (
        patch("conformance.sim.host.hospital_tcp.socket.create_connection"),
        patch("conformance.sim.host.hospital_tcp._line", return_value=raw),
        suppress(HospitalRefused),
    ):
        assert isinstance(remote.bill("B1"), Bill)


@given(st.binary(max_size=80).filter(lambda raw: b"\n" not in raw))
def test_whatever_line_comes_is_answered(raw: bytes) -> None:
    from conformance.sim.host.hospital_tcp import _answer

    assert "error" in _answer(Hospital([BILL]), raw + b"\n")
