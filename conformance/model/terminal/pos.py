"""What a point-of-sale terminal is told besides what every terminal is: all that its kernel decides by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PosTerms:
    """Amounts in fen, percentages whole; None is not checked, or not there.

    `type` is 9F35, `capabilities` 9F33, `ttq` 9F66 before pre-processing. Random selection takes `target`
    percent below `threshold`, and up to `maximum` at the floor limit. `cash_limit` is 9F7B.
    """

    type: int = 0x22
    capabilities: bytes = bytes.fromhex("60F9C8")
    ttq: bytes = bytes.fromhex("36000080")
    country: bytes = bytes.fromhex("0156")
    currency: bytes = bytes.fromhex("0156")
    electronic_cash: bool = True
    cash_limit: int | None = None
    threshold: int = 0
    target: int = 0
    maximum: int = 0
    default_ddol: bytes | None = None
    default_tdol: bytes = b""
    extended_application: bool = False
    status_check: bool = False
