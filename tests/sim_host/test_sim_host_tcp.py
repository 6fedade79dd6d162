"""The acquirer over TCP: framing, bounds, deadlines."""

from __future__ import annotations

import socket
import time
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from conformance.codec import iso8583
from conformance.sim.host import HostServer, HostSilent, HostUnreachable, acquirer_server, exchange
from conformance.sim.host.tcp import MOST_BYTES, MOST_CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim_host_counter import Counter


@pytest.fixture
def server(counter: Counter) -> Iterator[HostServer]:
    served = acquirer_server(counter.acquirer, deadline_s=0.5)
    thread = Thread(target=served.serve_forever)
    thread.start()
    yield served
    served.close()
    thread.join()


@pytest.fixture
def request_frame(counter: Counter) -> bytes:
    counter.sale()
    return iso8583.encode(counter.sent[-1])


def closed(connection: socket.socket) -> bool:
    """The other side ends the connection, and says nothing before."""
    connection.settimeout(5)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_message_is_answered_over_tcp(server: HostServer, request_frame: bytes) -> None:
    answer = iso8583.decode(exchange(server.address, request_frame, 5))
    assert (answer.mti, answer.response) == ("0210", "94")


def test_one_connection_serves_message_after_message(server: HostServer, request_frame: bytes) -> None:
    with socket.create_connection(server.address, 5) as connection:
        for _ in range(3):
            connection.sendall(request_frame)
            size = int.from_bytes(connection.recv(2), "big")
            assert len(connection.recv(size, socket.MSG_WAITALL)) == size


def test_a_message_may_come_in_pieces(server: HostServer, request_frame: bytes) -> None:
    with socket.create_connection(server.address, 5) as connection:
        for place in range(0, len(request_frame), 50):
            connection.sendall(request_frame[place : place + 50])
            time.sleep(0.01)
        assert len(connection.recv(2, socket.MSG_WAITALL)) == 2


def test_a_frame_too_long_ends_the_connection(server: HostServer) -> None:
    with socket.create_connection(server.address, 5) as connection:
        connection.sendall((MOST_BYTES + 1).to_bytes(2, "big"))
        assert closed(connection)


def test_what_is_no_message_ends_the_connection(server: HostServer) -> None:
    with socket.create_connection(server.address, 5) as connection:
        connection.sendall(b"\0\3abc")
        assert closed(connection)


def test_a_frame_that_never_ends_is_given_up(server: HostServer) -> None:
    with socket.create_connection(server.address, 5) as connection:
        connection.sendall(b"\0\x80only a part")
        assert closed(connection)


def test_one_connection_too_many_is_closed(server: HostServer) -> None:
    held = [socket.create_connection(server.address, 5) for _ in range(MOST_CONNECTIONS)]
    try:
        with socket.create_connection(server.address, 5) as connection:
            assert closed(connection)
    finally:
        for one in held:
            one.close()


def test_a_bad_client_leaves_the_server_working(server: HostServer, request_frame: bytes) -> None:
    with socket.create_connection(server.address, 5) as connection:
        connection.sendall(b"\0\3abc")
        assert closed(connection)
    assert iso8583.decode(exchange(server.address, request_frame, 5)).response == "94"


def test_a_host_that_is_not_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()[:2]
    with pytest.raises(HostUnreachable):
        exchange(address, b"\0\1\0", 1)


def test_a_host_that_says_nothing_is_silent() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(HostSilent, match=r"no answer within 0\.1 s"),
    ):
        exchange(listener.getsockname()[:2], b"\0\1\0", 0.1)


def test_a_host_that_hangs_up_leaves_the_message_in_doubt(server: HostServer) -> None:
    with pytest.raises(HostSilent):
        exchange(server.address, b"\0\3abc", 5)
