"""Offline data authentication on the contact interface: SDA, DDA, CDA (PB-6.1, EMV Book 2 5 and 6).

What depends on the algorithm is in two functions, `data_code` and `card_key`, each with RSA and with SM2.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.bits import Aip, Tsi, Tvr
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.crypto import sm_certificates
from conformance.crypto.certificates import (
    CertificateError,
    recover_icc,
    recover_issuer,
    verify_sdad,
    verify_ssad,
)
from conformance.crypto.sm3 import sm3
from conformance.kernel.answers import objects_of, one_of
from conformance.kernel.read import static_data
from conformance.kernel.sm import is_sm
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import Capability, CdaState, asks_for, dol_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from conformance.codec.apdu import ResponseApdu
    from conformance.crypto.rsa import RsaPublicKey
    from conformance.crypto.sm2_keys import Sm2PublicKey
    from conformance.kernel.transaction import ContactTransaction
    from conformance.link.card import CardLink

_ISSUER_NAMES = 4
_ICC_NAMES = 10
_CERTIFICATE_FIXED = 32  # bytes of a certificate beside the key and its subject
_CRYPTOGRAM_SIZE = 8


class Method(Enum):
    """How the card's data are authenticated offline."""

    NONE = "none"
    SDA = "SDA"
    DDA = "DDA"
    CDA = "CDA"


class OdaFailedError(Exception):
    """Offline data authentication does not hold; `data_missing` when for want of an object of the card."""

    def __init__(self, reason: str, *, data_missing: bool = False) -> None:
        super().__init__(reason)
        self.data_missing = data_missing


@dataclass(frozen=True, slots=True)
class CardKey:
    """The card's key after its certificates held, as what can be done with it.

    `verify` takes 9F4B and the terminal's data and returns the ICC dynamic data, or raises CertificateError;
    `digest` is the hash over the transaction's data in CDA.
    """

    verify: Callable[[bytes, bytes], bytes]
    digest: Callable[[bytes], bytes]


if TYPE_CHECKING:
    CardKeyOf: TypeAlias = Callable[[ContactTransaction], CardKey]
    DataCodeOf: TypeAlias = Callable[[ContactTransaction], bytes]


def choose_method(state: ContactTransaction) -> Method:
    """The strongest that both sides support (EMV Book 3 10.3)."""
    for method, card, terminal in (
        (Method.CDA, Aip.CDA, Capability.CDA),
        (Method.DDA, Aip.DDA, Capability.DDA),
        (Method.SDA, Aip.SDA, Capability.SDA),
    ):
        if card in state.aip and terminal in state.terminal.capabilities:
            return method
    return Method.NONE


def oda_not_performed(state: ContactTransaction) -> ContactTransaction:
    """TVR B1b8: no method in common (EMV Book 3 10.3)."""
    return state.found(Tvr.ODA_NOT_PERFORMED)


def sda(state: ContactTransaction, data_code: DataCodeOf) -> ContactTransaction:
    """TVR B1b7 when SDA fails, TSI B1b8 in any case (EMV Book 2 5.4); 9F45 when it holds."""
    state = state.performed(Tsi.ODA)
    try:
        return state.knowing({Tag.DATA_AUTHENTICATION_CODE: data_code(state)})
    except OdaFailedError as error:
        return _failed(state, Tvr.SDA_FAILED, error)


def dda(card: CardLink, state: ContactTransaction, card_key: CardKeyOf) -> ContactTransaction:
    """TVR B1b4 when DDA fails, TSI B1b8 in any case (EMV Book 2 6.5); 9F4C when it holds."""
    state = state.performed(Tsi.ODA)
    try:
        key = card_key(state)
        state, sent = _ddol_filled(state)
        signature = _signature(card.exchange(apdu.internal_authenticate(sent)))
        return state.knowing({Tag.ICC_DYNAMIC_NUMBER: _dynamic_number(_verified(key, signature, sent))})
    except OdaFailedError as error:
        return _failed(state, Tvr.DDA_FAILED, error)


def prepare_cda(state: ContactTransaction, card_key: CardKeyOf) -> ContactTransaction:
    """Recover the card's key before GENERATE AC; without it no signature is asked for (EMV Book 2 6.6)."""
    try:
        return replace(state, card_key=card_key(state), cda=CdaState.TO_DO)
    except OdaFailedError as error:
        return _failed(state.performed(Tsi.ODA), Tvr.CDA_FAILED, error)


def cda_failed(state: ContactTransaction) -> ContactTransaction:
    """TVR B1b3 and TSI B1b8: the answer to GENERATE AC is not signed as it should be (EMV Book 2 6.6.2)."""
    return replace(state.found(Tvr.CDA_FAILED).performed(Tsi.ODA), cda=CdaState.FAILED)


def verify_combined(state: ContactTransaction, values: Mapping[int, bytes], unsigned: bytes) -> bytes:
    """The cryptogram that 9F4B carries, once CID and transaction hash hold (PB-6.1, PB-11.2).

    `unsigned` are the objects of the answer without 9F4B, as they were sent. Raises OdaFailedError.
    """
    if state.card_key is None or Tag.SIGNED_DYNAMIC_APPLICATION_DATA not in values:
        raise OdaFailedError("no 9F4B")
    number = state.own.get(Tag.UNPREDICTABLE_NUMBER, b"")
    shown = _verified(state.card_key, values[Tag.SIGNED_DYNAMIC_APPLICATION_DATA], number)
    at = 1 + len(_dynamic_number(shown))
    cid, cryptogram = shown[at : at + 1], shown[at + 1 : at + 1 + _CRYPTOGRAM_SIZE]
    transaction = b"".join((state.pdol_sent, *state.cdol_sent, unsigned))
    if cid != values.get(Tag.CID):
        raise OdaFailedError("9F27 is not the one signed")
    if shown[at + 1 + _CRYPTOGRAM_SIZE :] != state.card_key.digest(transaction):
        raise OdaFailedError("the transaction data hash differs")
    return cryptogram


def data_code(state: ContactTransaction) -> bytes:
    """The data authentication code of 93, signed with RSA or SM2. Raises OdaFailedError."""
    return _sm_data_code(state) if is_sm(state.card, state.terminal.sm_ca_keys) else rsa_data_code(state)


def card_key(state: ContactTransaction) -> CardKey:
    """What the card signs with, RSA or SM2. Raises OdaFailedError."""
    return _sm_card_key(state) if is_sm(state.card, state.terminal.sm_ca_keys) else rsa_card_key(state)


def rsa_data_code(state: ContactTransaction) -> bytes:
    """The data authentication code of 93. Raises OdaFailedError."""
    key = rsa_issuer_key(state)
    (signature,) = _needed(state, Tag.SIGNED_STATIC_APPLICATION_DATA)
    try:
        return verify_ssad(key, signature, _static_data(state))
    except CertificateError as error:
        raise OdaFailedError(str(error)) from None


def rsa_card_key(state: ContactTransaction) -> CardKey:
    """What the card signs with. Raises OdaFailedError."""
    return CardKey(partial(verify_sdad, rsa_icc_key(state)), _sha1)


def rsa_icc_key(state: ContactTransaction) -> RsaPublicKey:
    """The card's key by 90 and 9F46. Raises OdaFailedError."""
    issuer, tag = rsa_issuer_key(state), Tag.ICC_PUBLIC_KEY_REMAINDER
    certificate, exponent = _needed(state, Tag.ICC_PUBLIC_KEY_CERTIFICATE, Tag.ICC_PUBLIC_KEY_EXPONENT)
    return rsa_certified(state, issuer, certificate, tag, exponent, _static_data(state))


def rsa_issuer_key(state: ContactTransaction) -> RsaPublicKey:
    """The issuer's key by the CA key that 8F names, and 90. Raises OdaFailedError."""
    index, certificate, exponent = _needed(
        state, Tag.CA_PUBLIC_KEY_INDEX, Tag.ISSUER_PUBLIC_KEY_CERTIFICATE, Tag.ISSUER_PUBLIC_KEY_EXPONENT
    )
    ca_key = state.terminal.ca_keys.get((state.application.rid, int.from_bytes(index, "big")))
    if ca_key is None:
        raise OdaFailedError(f"no CA key {index.hex().upper()}")
    remainder, today = state.card.get(Tag.ISSUER_PUBLIC_KEY_REMAINDER, b""), state.terms.when.date()
    try:
        return recover_issuer(ca_key, certificate, remainder, exponent, state.pan, today).public_key
    except CertificateError as error:
        missing = not remainder and _needs_remainder(ca_key, certificate, _ISSUER_NAMES)
        raise OdaFailedError(str(error), data_missing=missing) from None


def rsa_certified(  # noqa: PLR0913, PLR0917  the objects of one certificate
    state: ContactTransaction,
    issuer: RsaPublicKey,
    certificate: bytes,
    remainder_tag: int,
    exponent: bytes,
    covered: bytes,
) -> RsaPublicKey:
    """A key that the issuer certified for this card: 9F46, or 9F2D, which covers no static data.

    Raises OdaFailedError.
    """
    remainder, today = state.card.get(remainder_tag, b""), state.terms.when.date()
    try:
        return recover_icc(issuer, certificate, remainder, exponent, covered, state.pan, today).public_key
    except CertificateError as error:
        missing = not remainder and _needs_remainder(issuer, certificate, _ICC_NAMES)
        raise OdaFailedError(str(error), data_missing=missing) from None


def _sm_data_code(state: ContactTransaction) -> bytes:
    key = _sm_issuer_key(state)
    (signature,) = _needed(state, Tag.SIGNED_STATIC_APPLICATION_DATA)
    try:
        return sm_certificates.verify_ssad(key, signature, _static_data(state))
    except CertificateError as error:
        raise OdaFailedError(str(error)) from None


def _sm_card_key(state: ContactTransaction) -> CardKey:
    issuer = _sm_issuer_key(state)
    (certificate,) = _needed(state, Tag.ICC_PUBLIC_KEY_CERTIFICATE)
    today = state.terms.when.date()
    try:
        icc = sm_certificates.verify_icc(issuer, certificate, _static_data(state), state.pan, today)
    except CertificateError as error:
        raise OdaFailedError(str(error)) from None
    return CardKey(partial(sm_certificates.verify_sdad, icc.public_key), sm3)


def _sm_issuer_key(state: ContactTransaction) -> Sm2PublicKey:
    index, certificate = _needed(state, Tag.CA_PUBLIC_KEY_INDEX, Tag.ISSUER_PUBLIC_KEY_CERTIFICATE)
    ca_key = state.terminal.sm_ca_keys.get((state.application.rid, int.from_bytes(index, "big")))
    if ca_key is None:
        raise OdaFailedError(f"no CA key {index.hex().upper()} of SM2")
    try:
        return sm_certificates.verify_issuer(
            ca_key, certificate, state.pan, state.terms.when.date()
        ).public_key
    except CertificateError as error:
        raise OdaFailedError(str(error)) from None


def _needs_remainder(signer: RsaPublicKey, certificate: bytes, names: int) -> bool:
    """The certificate speaks of a key longer than it holds (2CT.037.00)."""
    if len(certificate) != signer.size or signer.size <= _CERTIFICATE_FIXED + names:
        return False
    block = signer.recover(certificate)
    return block[9 + names] > len(block) - _CERTIFICATE_FIXED - names


def _needed(state: ContactTransaction, *tags: int) -> tuple[bytes, ...]:
    missing = next((tag for tag in tags if not state.card.get(tag)), None)
    if missing is not None:
        raise OdaFailedError(f"no {tag_hex(missing)}", data_missing=True)
    return tuple(state.card[tag] for tag in tags)


def _static_data(state: ContactTransaction) -> bytes:
    try:
        return static_data(state.signed, state.card)
    except TerminatedError as error:
        raise OdaFailedError(str(error)) from None


def _ddol_filled(state: ContactTransaction) -> tuple[ContactTransaction, bytes]:
    """The card's DDOL or the default one, with a fresh number; it must ask for 9F37 (EMV Book 2 6.5.1)."""
    raw = state.card.get(Tag.DDOL) or state.terminal.default_ddol
    if raw is None:
        raise OdaFailedError("no DDOL")
    dol = dol_of(raw, "ddol")
    if not asks_for(dol, Tag.UNPREDICTABLE_NUMBER):
        raise OdaFailedError("the DDOL lacks 9F37")
    state = state.with_fresh_number()
    return state, dol.fill(state.values)


def _signature(response: ResponseApdu) -> bytes:
    """SDAD out of format 80 or 77; whatever else the card answers to INTERNAL AUTHENTICATE fails DDA."""
    try:
        answer = one_of(response, (Tag.RESPONSE_TEMPLATE_1, Tag.RESPONSE_TEMPLATE_2), "internal-authenticate")
        if answer.tag == Tag.RESPONSE_TEMPLATE_1:
            return answer.value
        signature = objects_of(answer).get(Tag.SIGNED_DYNAMIC_APPLICATION_DATA)
    except TerminatedError as error:
        raise OdaFailedError(str(error)) from None
    if signature is None:
        raise OdaFailedError("no 9F4B", data_missing=True)
    return signature.value


def _verified(key: CardKey, signature: bytes, terminal_data: bytes) -> bytes:
    try:
        return key.verify(signature, terminal_data)
    except CertificateError as error:
        raise OdaFailedError(str(error)) from None


def _dynamic_number(shown: bytes) -> bytes:
    """The ICC dynamic number, which the first byte of the dynamic data gives the length of (PB-6.1)."""
    if not shown or shown[0] >= len(shown):
        raise OdaFailedError("the ICC dynamic number is cut off")
    return shown[1 : 1 + shown[0]]


def _failed(state: ContactTransaction, bit: Tvr, error: OdaFailedError) -> ContactTransaction:
    """The method's own bit, and TVR B1b6 when an object of the card was missing (EMV Book 3 7.5)."""
    return state.found(bit, *((Tvr.ICC_DATA_MISSING,) if error.data_missing else ()))


def _sha1(message: bytes) -> bytes:
    return hashlib.sha1(message, usedforsecurity=False).digest()
