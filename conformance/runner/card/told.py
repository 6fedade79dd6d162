"""What the harness tells a card as its terminal: a purchase in yuan, unless a case says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.codec.values import fen, to_bcd

if TYPE_CHECKING:
    from collections.abc import Mapping

QPBOC_OFFLINE = "28000080"  # qPBOC, offline-only reader, fDDA version 01 (PB-4.5)
QPBOC_ONLINE = "36000080"  # qPBOC, contact, online PIN and signature, fDDA version 01

_DEFAULTS: Mapping[int, str] = {
    Tag.AMOUNT_OTHER: "000000000000",
    Tag.TERMINAL_COUNTRY: "0156",
    Tag.TVR: "0000000000",
    Tag.TRANSACTION_CURRENCY: "0156",
    Tag.TRANSACTION_DATE: "260701",
    Tag.TRANSACTION_TYPE: "00",
    Tag.TRANSACTION_TIME: "120000",
    Tag.UNPREDICTABLE_NUMBER: "1A2B3C4D",
    Tag.MERCHANT_NAME: b"CONFORMANCE LAB".hex().ljust(40, "0"),
    Tag.CVM_RESULTS: "1F0302",
    Tag.TTQ: QPBOC_OFFLINE,
    Tag.EC_TERMINAL_SUPPORT: "00",
    Tag.CAPP_TRANSACTION_INDICATOR: "00",
    Tag.SM_SUPPORT: "00",
    Tag.AUTHORISATION_RESPONSE_CODE: "3030",
}


def values(amount: str, told: Mapping[int, str]) -> dict[int, bytes]:
    """Terminal data by tag; `amount` in yuan, `told` in hex, which replaces the defaults."""
    texts: dict[int, str] = {**_DEFAULTS, **told}
    filled = {tag: bytes.fromhex(text) for tag, text in texts.items()}
    return {Tag.AMOUNT_AUTHORISED: to_bcd(fen(amount), 6), **filled}
