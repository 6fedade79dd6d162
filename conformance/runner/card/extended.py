"""The extended application as a case drives it (PB-8). Records and keys in hex; the keys are test keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu
from conformance.crypto.des import retail_mac, tdes_encrypt

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import ResponseApdu

_MAC_LENGTH = 4
_READ, _UPDATE, _APPEND, _PROVE = "80B400", "84DE00", "04E200", "805A0000"


class ExtendedApplication:
    """The commands of PB-8; `transaction_counter` gives the ATC that MACs start from, two bytes."""

    def __init__(
        self,
        exchange: Callable[[CommandApdu], ResponseApdu],
        transaction_counter: Callable[[], bytes],
    ) -> None:
        self._exchange = exchange
        self._transaction_counter = transaction_counter

    def read(self, sfi: int, record: str, *, random: str = "") -> ResponseApdu:
        """READ CAPP DATA of the record with this ID; `random` of eight bytes where an R-MAC is due."""
        return self._send(_READ, sfi, bytes.fromhex(record + random))

    def update(self, sfi: int, content: str, key: str, *, forged: bool = False) -> ResponseApdu:
        """UPDATE CAPP DATA CACHE with the whole record, under its management key."""
        return self._secured(_UPDATE, sfi, bytes.fromhex(content), bytes.fromhex(key), forged=forged)

    def append(self, sfi: int, content: str, key: str, open_key: str) -> ResponseApdu:
        """APPEND RECORD: a new record with its management key, under the file's open key."""
        opening = bytes.fromhex(open_key)
        data = tdes_encrypt(opening, bytes.fromhex(key)) + bytes.fromhex(content)
        return self._secured(_APPEND, sfi, data, opening)

    def prove(self, counter: str) -> ResponseApdu:
        """GET TRANS PROVE for the transaction with this ATC."""
        return self._exchange(CommandApdu.decode(bytes.fromhex(_PROVE + "02" + counter + "00")))

    def record_mac(self, record: str, key: str, random: str) -> str:
        """The R-MAC of a record: the terminal's random number is the initial value."""
        return retail_mac(bytes.fromhex(key), bytes.fromhex(record), bytes.fromhex(random))[
            :_MAC_LENGTH
        ].hex()

    def _send(self, head: str, sfi: int, data: bytes) -> ResponseApdu:
        command = bytes.fromhex(head) + bytes((sfi << 3, len(data))) + data
        return self._exchange(CommandApdu.decode(command + b"\0"))

    def _secured(self, head: str, sfi: int, data: bytes, key: bytes, *, forged: bool = False) -> ResponseApdu:
        """A command whose MAC covers header and data, from the ATC as initial value."""
        message = bytes.fromhex(head) + bytes((sfi << 3, len(data) + _MAC_LENGTH)) + data
        mac = bytearray(retail_mac(key, message, self._transaction_counter().rjust(8, b"\0"))[:_MAC_LENGTH])
        mac[0] ^= int(forged)
        return self._exchange(CommandApdu.decode(message + bytes(mac) + b"\0"))
