"""What proves the card: application cryptogram, IAD, fDDA signature (PB-4.3, PB-5, PB-6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.bits import Cvr, Ttq
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.crypto.certificates import fdda_terminal_data
from conformance.crypto.cryptogram import (
    application_cryptogram_01,
    application_cryptogram_17,
    idd_mac,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from conformance.sim.card.image import Image
    from conformance.sim.card.paths import Path, Security
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, Transaction

_VERSION_PBOC_3 = b"\x00\x30"
_CVN_17 = 0x11
CVR_LENGTH = Cvr.from_bytes(b"\x03\x00\x00\x00")


def application_cryptogram(application: Application, transaction: Transaction) -> bytes:
    """9F26 over the PDOL data, CVN 01 or 17; what the terminal did not send counts as zeros (PB-5)."""
    cvr = card_verification_results(transaction)
    return cryptogram(application.image, transaction.path, transaction.atc, cvr, transaction.values)


def cryptogram(image: Image, path: Path, atc: bytes, cvr: bytes, values: Mapping[int, bytes]) -> bytes:
    """The AC of one transaction, by the CVN of the card and the cipher of its path (PB-5)."""
    security = path.security
    key, mac = security.session_key(security.keys.ac, atc), security.symmetric.mac
    amount = values.get(Tag.AMOUNT_AUTHORISED, bytes(6))
    unpredictable = values.get(Tag.UNPREDICTABLE_NUMBER, bytes(4))
    if image.issuer_application_data[2] == _CVN_17:
        return application_cryptogram_17(key, amount, unpredictable, atc, cvr[1:2], mac=mac)
    return application_cryptogram_01(
        key,
        amount,
        values.get(Tag.AMOUNT_OTHER, bytes(6)),
        values.get(Tag.TERMINAL_COUNTRY, bytes(2)),
        values.get(Tag.TVR, bytes(5)),
        values.get(Tag.TRANSACTION_CURRENCY, bytes(2)),
        values.get(Tag.TRANSACTION_DATE, bytes(3)),
        values.get(Tag.TRANSACTION_TYPE, bytes(1)),
        unpredictable,
        path.aip,
        atc,
        cvr,
        mac=mac,
    )


def card_verification_results(transaction: Transaction) -> bytes:
    """CVR: 03, the decision with "second GENERATE AC not requested", what failed (PB-4.3)."""
    return (CVR_LENGTH | transaction.decision.value | transaction.checks_failed).to_bytes()


def issuer_application_data(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    """9F10 with the amounts after this debit (PB-4.3)."""
    cvr, amounts = card_verification_results(transaction), (transaction.balance, transaction.cumulative)
    return issuer_data(rules, application, transaction.path.security, transaction.atc, cvr, amounts)


def issuer_data(  # noqa: PLR0913, PLR0917  what 9F10 is made of
    rules: CardRules,
    application: Application,
    security: Security,
    atc: bytes,
    cvr: bytes,
    amounts: tuple[int, int],
) -> bytes:
    """07 DKI CVN CVR algorithm, and the issuer's discretionary data with its MAC (PB-4.3).

    `amounts` are balance and CTTA in fen.
    """
    template, symmetric = application.image.issuer_application_data, security.symmetric
    fixed = template[:3] + cvr + bytes((symmetric.algorithm,))
    if len(template) == 8:
        return fixed
    shown = _discretionary(template[9], rules, application.image, amounts)
    key = security.session_key(security.keys.mac, atc)
    mac = idd_mac(key, atc, shown, mac=symmetric.mac, block=symmetric.block)
    return fixed + bytes((1 + len(shown) + len(mac), template[9])) + shown + mac


def _discretionary(identifier: int, rules: CardRules, image: Image, held: tuple[int, int]) -> bytes:
    """The low five bytes of the amounts that the IDD id names (PB-4.3)."""
    balance, cumulative = held
    amounts = {
        1: (balance,),
        2: (cumulative,),
        3: (balance, cumulative),
        4: (cumulative, image.amount(Tag.CTTAL) or 0),
        5: (rules.offline_spending.apply(image, balance, cumulative),),
    }[identifier]
    return b"".join(to_bcd(amount, 6)[1:] for amount in amounts)


def fdda_version(application: Application, transaction: Transaction) -> int:
    """1 when the reader supports it and the card is PBOC 3.0, else 0 (PB-6.2)."""
    asked = Ttq.FDDA_VERSION_01 in transaction.ttq
    return int(asked and application.image.elements[Tag.APPLICATION_VERSION_CARD] >= _VERSION_PBOC_3)


def card_authentication(random: Random, application: Application, transaction: Transaction) -> bytes:
    """9F69: 01, four random bytes, 9F6C, DF61 or 00 (PB-6.2)."""
    extended = application.image.elements.get(Tag.EXTENDED_APPLICATION, b"\x00")
    return b"\x01" + random.randbytes(4) + transaction.ctq.to_bytes() + extended


def fdda_terminal_values(transaction: Transaction) -> bytes:
    """What the signature binds from the terminal: 9F37, for version 01 also 9F02, 5F2A, 9F69 (PB-6.2)."""
    values = transaction.values
    return fdda_terminal_data(
        1 if transaction.card_authentication else 0,
        values.get(Tag.UNPREDICTABLE_NUMBER, bytes(4)),
        values.get(Tag.AMOUNT_AUTHORISED, bytes(6)),
        values.get(Tag.TRANSACTION_CURRENCY, bytes(2)),
        transaction.card_authentication,
    )


def fdda_signature(rules: CardRules, application: Application, transaction: Transaction) -> bytes:  # noqa: ARG001
    """9F4B over 02 ATC and the terminal's values; made once for a transaction (PB-6.2)."""
    if transaction.signature is None:
        dynamic = b"\x02" + transaction.atc
        bound = rules.fdda_terminal_values.apply(transaction)
        transaction.signature = transaction.path.security.sign(dynamic, bound)
    return transaction.signature
