"""Cardholder verification by the card's CVM list, 8E (PB-7.7, EMV Book 3 10.5)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, TypeAlias

from conformance.codec import apdu
from conformance.codec.apdu import CommandApdu
from conformance.codec.bits import Aip, Tsi, Tvr
from conformance.codec.tags import Tag
from conformance.kernel.answers import data_object
from conformance.kernel.authentication import OdaFailedError, rsa_certified, rsa_icc_key, rsa_issuer_key
from conformance.kernel.candidates import first_by_priority
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import CASH, Capability
from conformance.model.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.crypto.rsa import RsaPublicKey
    from conformance.kernel.candidates import Choice
    from conformance.kernel.transaction import ContactTransaction
    from conformance.link.card import CardLink

_ANOTHER_IF_IT_FAILS = 0x40
_METHOD = 0x3F
_NO_CVM_PERFORMED = b"\x3f\x00\x00"
_NO_RULE_APPLIED = b"\x3f\x00\x01"
_TRIES_EXCEEDED = (0x6983, 0x6984)
_CHALLENGE_SIZE = 8
_ENCIPHERED_HEAD = b"\x7f"


class CvmCode(IntEnum):
    """CVM codes without the bit that asks for the next rule (EMV Book 3 C3; 20 is PBOC's)."""

    FAIL = 0x00
    PLAINTEXT_PIN = 0x01
    ONLINE_PIN = 0x02
    PLAINTEXT_PIN_AND_SIGNATURE = 0x03
    ENCIPHERED_PIN = 0x04
    ENCIPHERED_PIN_AND_SIGNATURE = 0x05
    SIGNATURE = 0x1E
    NO_CVM = 0x1F
    ID_DOCUMENT = 0x20


class CvmResult(IntEnum):
    """Byte 3 of 9F34."""

    UNKNOWN = 0
    FAILED = 1
    SUCCESSFUL = 2


class NoPin(Enum):
    """Why the PIN pad gave no PIN."""

    NO_PIN_PAD = "PIN pad absent or broken"
    NOT_ENTERED = "PIN not entered"


@dataclass(frozen=True, slots=True)
class Cardholder:
    """The person at the terminal, and what the terminal asks them for.

    `pin` takes the tries left (None unknown) and gives digits; `online_pin` takes the PAN, which a PIN block
    is made with, and gives the enciphered block;
    `document` compares a number (9F61) and a kind (9F62) with the ID document shown; `choice` picks one of
    several applications, or confirms the only one, and None picks none.
    """

    pin: Callable[[int | None], str | NoPin] = lambda _tries: NoPin.NO_PIN_PAD
    online_pin: Callable[[str], bytes | NoPin] = lambda _pan: NoPin.NO_PIN_PAD
    document: Callable[[bytes, int], bool] = lambda _number, _kind: False
    choice: Choice = first_by_priority


@dataclass(frozen=True, slots=True)
class CvmRule:
    """A rule of the CVM list: method and condition as the card wrote them."""

    code: int
    condition: int

    @property
    def method(self) -> int:
        return self.code & _METHOD

    @property
    def another_if_it_fails(self) -> bool:
        return bool(self.code & _ANOTHER_IF_IT_FAILS)


@dataclass(frozen=True, slots=True)
class CvmList:
    """8E: amounts X and Y in the smallest unit of the application currency, then rules."""

    x: int
    y: int
    rules: tuple[CvmRule, ...]

    @classmethod
    def parse(cls, raw: bytes) -> CvmList:
        """Read 8 bytes of amounts and rules of 2; terminates on half a rule."""
        if len(raw) < 8 or len(raw) % 2:
            raise TerminatedError("cvm-list-malformed", raw.hex().upper())
        rules = tuple(CvmRule(raw[at], raw[at + 1]) for at in range(8, len(raw), 2))
        return cls(int.from_bytes(raw[:4], "big"), int.from_bytes(raw[4:8], "big"), rules)


Condition: TypeAlias = "Callable[[ContactTransaction, CvmList, CvmRule], bool]"
"""Whether a rule of the list applies to a transaction."""

_CAPABILITIES = {
    CvmCode.PLAINTEXT_PIN: Capability.PLAINTEXT_PIN,
    CvmCode.ONLINE_PIN: Capability.ONLINE_PIN,
    CvmCode.PLAINTEXT_PIN_AND_SIGNATURE: Capability.PLAINTEXT_PIN | Capability.SIGNATURE,
    CvmCode.ENCIPHERED_PIN: Capability.ENCIPHERED_PIN,
    CvmCode.ENCIPHERED_PIN_AND_SIGNATURE: Capability.ENCIPHERED_PIN | Capability.SIGNATURE,
    CvmCode.SIGNATURE: Capability.SIGNATURE,
    CvmCode.NO_CVM: Capability.NO_CVM,
    CvmCode.ID_DOCUMENT: Capability.ID_DOCUMENT,
}
_CODES = frozenset(CvmCode)
_ANY_PIN = Capability.PLAINTEXT_PIN | Capability.ENCIPHERED_PIN | Capability.ONLINE_PIN
_PLAINTEXT = (CvmCode.PLAINTEXT_PIN, CvmCode.PLAINTEXT_PIN_AND_SIGNATURE)
_ENCIPHERED = (CvmCode.ENCIPHERED_PIN, CvmCode.ENCIPHERED_PIN_AND_SIGNATURE)
_PIN = (*_PLAINTEXT, *_ENCIPHERED, CvmCode.ONLINE_PIN)
_SIGNED = (
    CvmCode.SIGNATURE,
    CvmCode.PLAINTEXT_PIN_AND_SIGNATURE,
    CvmCode.ENCIPHERED_PIN_AND_SIGNATURE,
)


def verify_cardholder(
    card: CardLink, state: ContactTransaction, holder: Cardholder, rules: CvmRules
) -> ContactTransaction:
    """Follow the list until a method succeeds or one fails for good; 9F34 says which, TSI B1b7 is set.

    A card that does not support it is not asked; one that does without a list lacks data (TVR B1b6).
    """
    if Aip.CARDHOLDER_VERIFICATION not in state.aip:
        return _resulting(state, _NO_CVM_PERFORMED)
    if not state.card.get(Tag.CVM_LIST):
        return _resulting(state.found(Tvr.ICC_DATA_MISSING), _NO_CVM_PERFORMED)
    listed = CvmList.parse(state.card[Tag.CVM_LIST])
    if not listed.rules:
        return _resulting(state, _NO_CVM_PERFORMED)
    return _follow(card, state, holder, listed, rules).performed(Tsi.CVM)


def needs_signature(state: ContactTransaction) -> bool:
    """The receipt carries a line to sign on: the method that was performed ends with a signature."""
    code, _, result = state.own.get(Tag.CVM_RESULTS, _NO_CVM_PERFORMED)
    return code & _METHOD in _SIGNED and result != CvmResult.FAILED


def applies(state: ContactTransaction, listed: CvmList, rule: CvmRule) -> bool:
    """The condition of a rule holds (EMV Book 3 C3); an unknown one never does, nor X and Y without 9F42."""
    terms, unattended = state.terms, state.terminal.unattended
    cash, cashback = terms.type == CASH, terms.other > 0
    ours = state.card.get(Tag.CURRENCY_CODE) == state.terminal.currency
    holds = {
        0x00: True,
        0x01: cash and unattended,
        0x02: not cash and not cashback,
        0x03: supported(state, rule.method),
        0x04: cash and not unattended,
        0x05: cashback,
        0x06: ours and terms.amount <= listed.x,
        0x07: ours and terms.amount > listed.x,
        0x08: ours and terms.amount <= listed.y,
        0x09: ours and terms.amount > listed.y,
    }
    return holds.get(rule.condition, False)


def supported(state: ContactTransaction, method: int) -> bool:
    """The terminal has what a method takes."""
    needed = _CAPABILITIES.get(CvmCode(method)) if method in _CODES else None
    return needed is not None and needed in state.terminal.capabilities


def enciphered(key: RsaPublicKey, block: bytes, challenge: bytes) -> bytes:
    """The data of VERIFY 88: 7F, PIN block, the card's challenge, random padding, under the key (PB-2)."""
    plain = _ENCIPHERED_HEAD + block + challenge
    return key.recover(plain + secrets.token_bytes(key.size - len(plain)))


def verified(method: CvmCode) -> CvmResult:
    """A PIN with a signature is known only when the signature was looked at (EMV Book 3 10.5)."""
    return CvmResult.UNKNOWN if method in _SIGNED else CvmResult.SUCCESSFUL


def document(state: ContactTransaction, holder: Cardholder) -> CvmResult:
    """9F61 and 9F62 against the document shown (PB-3)."""
    number, kind = state.card.get(Tag.CARDHOLDER_ID_NUMBER), state.card.get(Tag.CARDHOLDER_ID_TYPE)
    if not number or not kind or len(kind) != 1:
        return CvmResult.FAILED
    return CvmResult.SUCCESSFUL if holder.document(number, kind[0]) else CvmResult.FAILED


@dataclass(frozen=True, slots=True)
class CvmRules:
    """The decisions of cardholder verification, rule by rule with its clause; a defect replaces one entry."""

    applies: Rule[Condition] = Rule("EMV Book 3 C3", applies)
    enciphered: Rule[Callable[[RsaPublicKey, bytes, bytes], bytes]] = Rule("PB-2", enciphered)
    verified: Rule[Callable[[CvmCode], CvmResult]] = Rule("EMV Book 3 10.5", verified)
    document: Rule[Callable[[ContactTransaction, Cardholder], CvmResult]] = Rule("PB-3", document)


def _follow(
    card: CardLink, state: ContactTransaction, holder: Cardholder, listed: CvmList, rules: CvmRules
) -> ContactTransaction:
    results = _NO_RULE_APPLIED
    for rule in listed.rules:
        if not rules.applies.apply(state, listed, rule):
            continue
        state, result = _perform(card, state, holder, rule, rules)
        results = bytes((rule.code, rule.condition, result))
        if result is not CvmResult.FAILED:
            return _resulting(state, results)
        if not rule.another_if_it_fails or rule.method == CvmCode.FAIL:
            break
    return cvm_failed(_resulting(state, results))


def cvm_failed(state: ContactTransaction) -> ContactTransaction:
    """TVR B3b8: no method succeeded (EMV Book 3 10.5)."""
    return state.found(Tvr.CVM_FAILED)


def unrecognised(state: ContactTransaction) -> ContactTransaction:
    """TVR B3b7: a rule that applies names a method that the terminal does not know (EMV Book 3 10.5)."""
    return state.found(Tvr.UNRECOGNISED_CVM)


def pin_tries_exceeded(state: ContactTransaction) -> ContactTransaction:
    """TVR B3b6: the card has no PIN try left (EMV Book 3 10.5.1)."""
    return state.found(Tvr.PIN_TRIES_EXCEEDED)


def without_pin(state: ContactTransaction, reason: NoPin) -> ContactTransaction:
    """TVR B3b5 without a PIN pad, B3b4 with one that nobody entered a PIN at (EMV Book 3 10.5.1)."""
    return state.found(Tvr.NO_PIN_PAD if reason is NoPin.NO_PIN_PAD else Tvr.PIN_NOT_ENTERED)


def online_pin_entered(state: ContactTransaction, block: bytes) -> ContactTransaction:
    """TVR B3b3, and the block for the issuer in 99 (EMV Book 3 10.5.2)."""
    return state.found(Tvr.ONLINE_PIN_ENTERED).knowing({Tag.PIN_DATA: block})


def _perform(
    card: CardLink, state: ContactTransaction, holder: Cardholder, rule: CvmRule, rules: CvmRules
) -> tuple[ContactTransaction, CvmResult]:
    if rule.method not in _CODES:
        return unrecognised(state), CvmResult.FAILED
    method = CvmCode(rule.method)
    if not supported(state, method):
        return _unsupported(state, method), CvmResult.FAILED
    if method in (*_PLAINTEXT, *_ENCIPHERED):
        return _offline_pin(card, state, holder, method, rules)
    if method is CvmCode.ONLINE_PIN:
        return _online_pin(state, holder)
    if method is CvmCode.ID_DOCUMENT:
        return state, rules.document.apply(state, holder)
    return state, CvmResult.UNKNOWN if method is CvmCode.SIGNATURE else CvmResult.SUCCESSFUL


def _unsupported(state: ContactTransaction, method: CvmCode) -> ContactTransaction:
    """A PIN is required and the terminal has no PIN pad at all: B3b5."""
    lacks_pad = method in _PIN and not state.terminal.capabilities & _ANY_PIN
    return without_pin(state, NoPin.NO_PIN_PAD) if lacks_pad else state


def _online_pin(state: ContactTransaction, holder: Cardholder) -> tuple[ContactTransaction, CvmResult]:
    block = holder.online_pin(state.pan)
    if isinstance(block, NoPin):
        return without_pin(state, block), CvmResult.FAILED
    return online_pin_entered(state, block), CvmResult.UNKNOWN


def _offline_pin(
    card: CardLink, state: ContactTransaction, holder: Cardholder, method: CvmCode, rules: CvmRules
) -> tuple[ContactTransaction, CvmResult]:
    """Ask and VERIFY until the card accepts, has no try left, or the holder stops (EMV Book 3 10.5.1)."""
    key = None
    if method in _ENCIPHERED:
        try:
            key = pin_key(state)
        except OdaFailedError:
            return state, CvmResult.FAILED
    tries = _tries_left(card)
    while tries != 0:
        pin = holder.pin(tries)
        if isinstance(pin, NoPin):
            return without_pin(state, pin), CvmResult.FAILED
        command = _verify(card, pin, key, rules)
        sw = card.exchange(command).sw if command is not None else 0
        if sw == 0x9000:
            return state, rules.verified.apply(method)
        if sw not in _TRIES_EXCEEDED and sw & 0xFFF0 != 0x63C0:
            return state, CvmResult.FAILED
        tries = 0 if sw in _TRIES_EXCEEDED else _fewer(tries, sw & 0x0F)
    return pin_tries_exceeded(state), CvmResult.FAILED


def _fewer(tries: int | None, said: int) -> int:
    """What 63Cx says, but always less than before: a card that never runs out would be asked for ever."""
    return said if tries is None else min(said, tries - 1)


def _verify(card: CardLink, pin: str, key: RsaPublicKey | None, rules: CvmRules) -> CommandApdu | None:
    """VERIFY, plain or enciphered; None when the card gives no challenge (PB-2)."""
    plain = apdu.verify_pin(pin)
    if key is None:
        return plain
    challenge = card.exchange(apdu.get_challenge())
    if not challenge.ok or len(challenge.data) != _CHALLENGE_SIZE:
        return None
    return CommandApdu(0x00, 0x20, 0x00, 0x88, rules.enciphered.apply(key, plain.data, challenge.data))


def pin_key(state: ContactTransaction) -> RsaPublicKey:
    """The key for the PIN: 9F2D where the card has it, else 9F46 (PB-6.1). Raises OdaFailedError."""
    certificate = state.card.get(Tag.PIN_PUBLIC_KEY_CERTIFICATE)
    exponent = state.card.get(Tag.PIN_PUBLIC_KEY_EXPONENT)
    if not certificate or not exponent:
        return rsa_icc_key(state)
    issuer = rsa_issuer_key(state)
    return rsa_certified(state, issuer, certificate, Tag.PIN_PUBLIC_KEY_REMAINDER, exponent, b"")


def _tries_left(card: CardLink) -> int | None:
    """9F17; None when the card does not tell."""
    value = data_object(card, Tag.PIN_TRY_COUNTER)
    return value[0] if value is not None and len(value) == 1 else None


def _resulting(state: ContactTransaction, results: bytes) -> ContactTransaction:
    return state.knowing({Tag.CVM_RESULTS: results})
