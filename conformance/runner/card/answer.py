"""A card's cryptogram as it answered it, beside what its issuer would compute (PB-4.3, PB-5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.bits import Cvr
from conformance.codec.values import IssuerApplicationData

if TYPE_CHECKING:
    from conformance.codec.apdu import ResponseApdu

_KINDS = {0x00: "AAC", 0x40: "TC", 0x80: "ARQC"}


@dataclass(frozen=True, slots=True)
class Cryptogram:
    """An answer to GENERATE AC or to GPO in qPBOC.

    `kind` is "TC", "ARQC" or "AAC" by 9F27, in qPBOC by the CVR; `computed` is the cryptogram that the
    issuer's keys give, empty where the answer was refused or cannot be taken apart.
    """

    response: ResponseApdu
    kind: str = "none"
    atc: bytes = b""
    value: bytes = b""
    issuer_data: bytes = b""
    computed: bytes = b""
    idd_computed: bytes = b""
    advice: int = 0

    @property
    def cvr(self) -> Cvr | None:
        """None where the card gave no 9F10 of the standard's form."""
        try:
            return Cvr.from_bytes(IssuerApplicationData.parse(self.issuer_data).cvr)
        except ValueError:
            return None

    @property
    def idd(self) -> bytes | None:
        """The issuer's discretionary data: id, amounts, MAC."""
        try:
            return IssuerApplicationData.parse(self.issuer_data).idd
        except ValueError:
            return None


def kind_of(information: int) -> str:
    """What 9F27 names: bits 8 and 7."""
    return _KINDS.get(information & 0xC0, "RFU")
