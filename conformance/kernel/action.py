"""Terminal action analysis: which cryptogram to ask for (PB-7.7, EMV Book 3 10.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.bits import Tvr
from conformance.codec.tags import Tag
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import ActionCodes, Cryptogram

if TYPE_CHECKING:
    from conformance.kernel.transaction import ContactTransaction

_NOTHING = Tvr(0)
_EVERYTHING = Tvr(0xFF_FF_FF_FF_FF)
_ONLINE_ONLY_TYPES = frozenset((0x11, 0x14, 0x21, 0x24, 0x34))


def first_request(state: ContactTransaction) -> Cryptogram:
    """Denial codes first; then the online codes, or where the terminal has no line the default codes."""
    issuer, terminal = issuer_codes(state), state.terminal.action_codes
    if state.tvr & (issuer.denial | terminal.denial):
        return Cryptogram.AAC
    if state.terms.online_only:
        return Cryptogram.AAC if state.terminal.offline_only else Cryptogram.ARQC
    if state.terminal.offline_only:
        return without_line(state)
    online_only = state.terminal.type in _ONLINE_ONLY_TYPES
    return Cryptogram.ARQC if online_only or state.tvr & (issuer.online | terminal.online) else Cryptogram.TC


def without_line(state: ContactTransaction) -> Cryptogram:
    """Without a line, or when the issuer cannot be reached, the default codes decide."""
    if state.terms.online_only:
        return Cryptogram.AAC
    match = state.tvr & (issuer_codes(state).default | state.terminal.action_codes.default)
    return Cryptogram.AAC if match else Cryptogram.TC


def after_answer(state: ContactTransaction) -> Cryptogram:
    """TC when the issuer's code approves, or refers and the attendant approves (EMV Book 4 6.3.8)."""
    code, terminal = state.own[Tag.AUTHORISATION_RESPONSE_CODE], state.terminal
    approved = code in terminal.approving or (code in terminal.referring and terminal.referral(code))
    return Cryptogram.TC if approved else Cryptogram.AAC


def issuer_codes(state: ContactTransaction) -> ActionCodes:
    """9F0E, 9F0F and 9F0D; without them nothing is denied and every bit goes online (PB-7.7)."""
    return ActionCodes(
        _code(state, Tag.IAC_DENIAL, _NOTHING),
        _code(state, Tag.IAC_ONLINE, _EVERYTHING),
        _code(state, Tag.IAC_DEFAULT, _EVERYTHING),
    )


def _code(state: ContactTransaction, tag: int, default: Tvr) -> Tvr:
    value = state.card.get(tag)
    if value is None:
        return default
    if len(value) != Tvr.SIZE:
        raise TerminatedError("action-code-malformed", value.hex().upper())
    return Tvr.from_bytes(value)
