"""Whatever comes to a host, it is answered or the connection ends, and the next client is served."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager, suppress
from random import Random
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from conformance.codec import iso8583
from conformance.codec.iso8583 import Business
from conformance.runner.acquirer import LaboratoryAcquirer
from conformance.sim.host import Bill, Hospital, HostServer, RemoteHospital, exchange, hospital_server
from conformance.sim.host.hospital_tcp import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim_host_counter import Counter

PARAMS = {"number": "B1", "patient": "P1", "amount": 5, "response": "00", "reference": "1", "counter": "1"}
METHODS = {
    "bill": ("number",), "lock": ("number", "counter"), "pay": ("number", "response", "reference"),
    "deposit": ("patient", "amount", "response", "reference"), "prepaid": ("patient",), "eject": (),
}  # fmt: skip
BAD = ("", "x" * 9000, 0, -1, 2**63, 2**70, None, True, 1.5, [], {}, "\0")


@pytest.fixture(name="broken", autouse=True)
def broken_fixture(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a thread of a host did not foresee."""
    broken: list[object] = []
    monkeypatch.setattr("threading.excepthook", lambda args: broken.append(args.exc_value))
    yield
    assert broken == []


@contextmanager
def serving(server: HostServer) -> Iterator[HostServer]:
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


@pytest.fixture(name="hospital")
def hospital_fixture() -> Iterator[HostServer]:
    with serving(hospital_server(Hospital([Bill("B1", "P1", 100)]), deadline_s=1)) as server:
        yield server


def frames_of(counter: Counter) -> list[bytes]:
    """A message of each kind that a counter sends."""
    sold = counter.sale()
    counter.first(Business.PRE_AUTHORISATION, 10_000)
    counter.upload()
    counter.later(Business.VOID, sold, 2000)
    counter.reverse(counter.sent[0])
    return [iso8583.encode(message) for message in counter.sent]


def harmed(rng: Random, frame: bytes) -> bytes:
    """A frame with bytes changed, lost and added, its length mostly put right."""
    raw = bytearray(frame[2:])
    for _ in range(rng.randrange(1, 5)):
        place = rng.randrange(len(raw))
        match rng.randrange(4):
            case 0:
                raw[place] ^= 1 << rng.randrange(8)
            case 1:
                raw[place] = rng.randrange(256)
            case 2 if len(raw) > 8:
                del raw[place : place + rng.randrange(1, 4)]
            case _:
                raw[place:place] = rng.randbytes(rng.randrange(1, 4))
    size = len(raw) if rng.randrange(20) else rng.randrange(65_536)
    return size.to_bytes(2, "big") + bytes(raw)


@pytest.mark.parametrize("seed", range(4))
def test_a_harmed_message_is_answered_or_refused_by_name(counter: Counter, seed: int) -> None:
    rng, frames, laboratory = Random(seed), frames_of(counter), LaboratoryAcquirer()
    for _ in range(1000):
        frame = harmed(rng, rng.choice(frames))
        for acquirer in (counter.acquirer, laboratory):
            with suppress(ValueError):  # no message at all, which ends the connection
                iso8583.decode(acquirer.exchange(frame))
    laboratory.close()
    assert counter.sale().response == "00"


def test_an_acquirer_serves_on_after_frames_that_are_none(counter: Counter) -> None:
    frames, laboratory, rng = frames_of(counter), LaboratoryAcquirer(), Random(0)
    host, port = laboratory.address.split(":")
    address = (host, int(port))
    for _ in range(200):
        with socket.create_connection(address, 5) as client, suppress(OSError):
            client.sendall(harmed(rng, rng.choice(frames))[: rng.randrange(1, 400)])
    assert iso8583.decode(exchange(address, frames[0], 5)).mti == "0210"
    laboratory.close()


def request(rng: Random) -> bytes:
    method = rng.choice(list(METHODS))
    params = {name: PARAMS[name] if rng.random() < 0.7 else rng.choice(BAD) for name in METHODS[method]}
    request_id = rng.choice([1, "a", None, True, 2**70, []])
    raw = bytearray(
        json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}).encode()
    )
    if rng.random() < 0.3:
        raw[rng.randrange(len(raw))] = rng.choice(b'"{}[]:,\\\0\xff')
    return bytes(raw) + b"\n"


def test_each_line_to_a_hospital_is_answered_also_when_they_come_at_once(hospital: HostServer) -> None:
    rng = Random(0)
    for _ in range(20):
        with socket.create_connection(hospital.address, 5) as client, client.makefile("rb") as answers:
            client.sendall(b"".join(request(rng) for _ in range(50)))
            for _ in range(50):
                assert {"result", "error"} & json.loads(answers.readline()).keys()
    assert RemoteHospital(hospital.address, 5).prepaid("P2") == 0


def test_a_line_without_end_ends_the_connection(hospital: HostServer) -> None:
    for part in (b"x" * 65_536, b"x"):
        with socket.create_connection(hospital.address, 5) as client, suppress(ConnectionError):
            for _ in range(2 * MOST_BYTES // 65_536):
                client.sendall(part)
            assert client.recv(1) == b""
    assert RemoteHospital(hospital.address, 5).prepaid("P2") == 0
