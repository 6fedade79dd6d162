"""A virtual PC/SC reader: any card link, put before anything that reads PC/SC (vsmartcard's vpcd driver).

The card is a TCP client of the driver. Both sides send a 2-byte big-endian length and a payload; a payload of
one byte from the driver is control (0 power off, 1 power on, 2 reset, 4 get ATR), anything else an APDU.
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from conformance.codec.apdu import ApduError, CommandApdu
from conformance.link.outcomes import CardMute, CardWithdrawn, LinkOutcome, ReaderGone

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType
    from typing import Self

    from conformance.link.card import CardLink

_POWER_OFF, _POWER_ON, _RESET, _GET_ATR = 0, 1, 2, 4
_WRONG_LENGTH = bytes.fromhex("6700")
_CONNECT_S = 5.0
_TCP_QUICKACK = getattr(socket, "TCP_QUICKACK", None)


class VirtualReader:
    """A card slot at `host` and `port`, where a driver listens; a context manager that unplugs at its end.

    A link that raises CardWithdrawn leaves the reader. One that raises CardMute says nothing, and is taken
    out and put in again after `silence_s`, since nothing else frees the driver.
    """

    def __init__(self, host: str, port: int, silence_s: float = 6.0) -> None:
        self._address = (host, port)
        self._silence_s = silence_s
        self._card: CardLink | None = None
        self._socket: socket.socket | None = None
        self._served: Future[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="virtual-reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()
        self._thread.shutdown(wait=False)

    def plug(self, card: CardLink) -> None:
        """Put a card in and return; the driver notices it within 0.4 s. ReaderGone where no driver listens."""
        self.unplug()
        connection = self._connect()
        self._socket = connection
        self._served = self._thread.submit(self._serve, card, connection)

    def unplug(self) -> None:
        """Take the card out. A fault of ours while it was served is raised here."""
        served, self._served = self._served, None
        if self._socket is not None:
            _close(self._socket)
            self._socket = None
        if served is not None:
            served.result()
