"""What a transaction leaves a device with: what to show, to store, to print, to send, to reverse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.codec.bits import Tsi, Tvr
from conformance.codec.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.kernel.issuer import OnlineAnswer
    from conformance.kernel.qpboc import Tapped
    from conformance.kernel.transaction import Cryptogram, Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """The end of one transaction.

    `values` holds every object of card, terminal and issuer by tag, as field 55 and a receipt take them; it
    has 9F26, 9F27, 9F10, 9F36, 95, 9F34 and so on, as far as the transaction came. `path` tells what was done
    and decided, in words. `cryptograms` are the kinds that the card gave, in order. `signature` asks for a
    line to sign on. `reason` and `detail` say why a transaction was terminated. `torn` is a contactless debit
    whose last record did not arrive: the card may have committed, and `transact.resume` asks it (PB-7.5).
    """

    outcome: Outcome
    values: Mapping[int, bytes] = field(default_factory=dict)
    tvr: Tvr = field(default_factory=lambda: Tvr(0))
    tsi: Tsi = field(default_factory=lambda: Tsi(0))
    cryptograms: tuple[Cryptogram, ...] = ()
    path: tuple[str, ...] = ()
    contactless: bool = False
    electronic_cash: bool = False
    signature: bool = False
    script_results: bytes = b""
    issuer: OnlineAnswer | None = None
    issuer_approved: bool = False
    reason: str = ""
    detail: str = ""
    torn: Tapped | None = None

    @property
    def approved(self) -> bool:
        return self.outcome.approved

    @property
    def online(self) -> bool:
        """The issuer has answered."""
        return self.issuer is not None

    @property
    def reversal_due(self) -> bool:
        """The issuer approved and the terminal did not: the account was debited for nothing (AC-07)."""
        return self.issuer_approved and not self.outcome.approved

    @property
    def pan(self) -> str:
        """Digits of 5A, else of track 2; empty when the transaction did not come that far."""
        pan = self.values.get(Tag.PAN, b"").hex().rstrip("f")
        return pan or self.values.get(Tag.TRACK2, b"").hex().partition("d")[0]

    @property
    def psn(self) -> str:
        return self.values.get(Tag.PAN_SEQUENCE_NUMBER, b"").hex()

    @property
    def atc(self) -> int:
        return int.from_bytes(self.values.get(Tag.ATC, b""), "big")

    @property
    def cryptogram(self) -> bytes:
        """9F26 of the last answer, empty without one."""
        return self.values.get(Tag.AC, b"")

    @property
    def pin_block(self) -> bytes:
        """The enciphered PIN for the issuer, 99; empty when none was entered."""
        return self.values.get(Tag.PIN_DATA, b"")

    @property
    def response_code(self) -> str:
        """8A: the issuer's, or Y1, Z1, Y3, Z3; empty when the transaction did not come that far."""
        return self.values.get(Tag.AUTHORISATION_RESPONSE_CODE, b"").decode("ascii", "replace")
