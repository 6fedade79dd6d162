"""A virtual PC/SC reader: any card link, put before anything that reads PC/SC (vsmartcard's vpcd driver).

The card is a TCP client of the driver. Both sides send a 2-byte big-endian length and a payload; a payload of
one byte from the driver is control (0 power off, 1 power on, 2 reset, 4 get ATR), anything else an APDU.
"""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

from conformance.codec.apdu import ApduError, CommandApdu
from conformance.link.outcomes import CardMute, CardWithdrawn, ReaderGone

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType
    from typing import Self

    from conformance.link.card import CardLink

_POWER_OFF, _POWER_ON, _RESET, _GET_ATR = 0, 1, 2, 4
_WRONG_LENGTH = bytes.fromhex("6700")
_CONNECT_S = 5.0
_ABSENCE_S = 0.45  # longer than pcscd's poll of 0.4 s, so that it sees the slot empty between two cards
_NOTICE_S = 0.2  # pcscd powers a card that it has noticed at once
_TCP_QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # Linux alone has it


class VirtualReader:
    """A card slot at `host` and `port`, where a driver listens; a context manager that unplugs at its end.

    A card that raises CardWithdrawn leaves the reader. One that raises CardMute says nothing; after
    `silence_s` it is taken out and put in again, since nothing else frees the driver from waiting for it.
    So is a card that pcscd takes for the one before: it polls the slot, and a program that asks for a card
    just after it left keeps the poll from seeing that.
    """

    def __init__(self, host: str, port: int, silence_s: float = 6.0) -> None:
        self._address = (host, port)
        self._silence_s = silence_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="virtual-reader")
        self._unplugged = Event()
        self._socket: socket.socket | None = None
        self._served: Future[None] | None = None
        self._left_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()
        self._thread.shutdown(wait=False)

    def plug(self, card: CardLink) -> None:
        """Put a card in; the reader reports it within 0.4 s. ReaderGone: no driver listens."""
        self.unplug()
        self._unplugged.clear()
        connection = self._connect()
        self._served = self._thread.submit(self._serve, card, connection)

    def unplug(self) -> None:
        """Take the card out. A fault of our own that ended its service is raised here."""
        served, self._served = self._served, None
        self._unplugged.set()
        if self._socket is not None:
            _end(self._socket)
        if served is not None:
            served.result()

    def _connect(self) -> socket.socket:
        time.sleep(max(0.0, self._left_at + _ABSENCE_S - time.monotonic()))
        try:
            connection = socket.create_connection(self._address, timeout=_CONNECT_S)
        except OSError as error:
            host, port = self._address
            raise ReaderGone(f"no virtual reader listens at {host}:{port}: {error.strerror}") from None
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        return connection

    def _serve(self, card: CardLink, connection: socket.socket) -> None:
        """Serve the card until it leaves, is taken out, or the driver ends."""
        while self._is_to_return(card, connection):
            connection = self._connect()
            if self._unplugged.is_set():
                _end(connection)

    def _is_to_return(self, card: CardLink, connection: socket.socket) -> bool:
        """Serve the card while it is in; True when it is to be put in again."""
        try:
            with connection:
                try:
                    _answer_all(card, connection)
                except (CardWithdrawn, ReaderGone, OSError):
                    return False
                except CardMute:
                    self._unplugged.wait(self._silence_s)
            return not self._unplugged.is_set()
        finally:
            self._left_at = time.monotonic()


def _answer_all(card: CardLink, connection: socket.socket) -> None:
    """Answer the driver until it ends (ConnectionError); return when pcscd does not notice the card."""
    atr = card.reset()
    first_asked: float | None = None
    noticed = False
    while True:
        payload = _receive(connection)
        if len(payload) != 1:
            _send(connection, _answer(card, payload))
        elif payload[0] in (_POWER_ON, _RESET):
            noticed = True
            atr = card.reset()
        elif payload[0] == _GET_ATR:
            _send(connection, atr)
            first_asked = first_asked or time.monotonic()
            if not noticed and time.monotonic() - first_asked > _NOTICE_S:
                return


def _answer(card: CardLink, raw: bytes) -> bytes:
    """The card's answer; bytes that are no C-APDU get 6700, as from any card."""
    try:
        command = CommandApdu.decode(raw)
    except ApduError:
        return _WRONG_LENGTH
    return card.exchange(command).encode()


def _receive(connection: socket.socket) -> bytes:
    return _exactly(connection, int.from_bytes(_exactly(connection, 2), "big"))


def _exactly(connection: socket.socket, count: int) -> bytes:
    """So many bytes. The driver sends length and payload apart, which costs 44 ms without a quick ACK."""
    collected = b""
    while len(collected) < count:
        part = connection.recv(count - len(collected))
        if not part:
            raise ConnectionError("the driver closed the connection")
        if _TCP_QUICKACK is not None:
            connection.setsockopt(socket.IPPROTO_TCP, _TCP_QUICKACK, 1)
        collected += part
    return collected


def _send(connection: socket.socket, payload: bytes) -> None:
    connection.sendall(len(payload).to_bytes(2, "big") + payload)


def _end(connection: socket.socket) -> None:
    """Wake the thread that reads from it; it may have ended by itself already."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
