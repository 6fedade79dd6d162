"""Electronic cash over contacts: when the terminal asks for it, and what it then decides (PB-7.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.codec.values import from_bcd
from conformance.kernel.action import issuer_codes, without_line
from conformance.kernel.answers import data_object
from conformance.kernel.cvm import NoPin
from conformance.kernel.transaction import PURCHASE, Cryptogram

if TYPE_CHECKING:
    from conformance.kernel.cvm import Cardholder
    from conformance.kernel.transaction import ContactTransaction
    from conformance.link.card import CardLink

SUPPORTED, NOT_SUPPORTED = b"\x01", b"\x00"


@dataclass(frozen=True, slots=True)
class Cash:
    """What the card said of its electronic cash, in fen; None where it did not say."""

    balance: int | None
    threshold: int | None

    def left_after(self, amount: int) -> int | None:
        return None if self.balance is None else self.balance - amount


def asks_for_cash(state: ContactTransaction) -> bool:
    """9F7A is 1 for a purchase below 9F7B, without that below the floor limit, where the terminal has it."""
    terminal, terms = state.terminal, state.terms
    limit = terminal.floor_limit if terminal.cash_limit is None else terminal.cash_limit
    purchase = terms.type == PURCHASE and not terms.other and not terms.online_only
    return terminal.electronic_cash and purchase and terms.amount < limit


def is_cash(state: ContactTransaction) -> bool:
    """The terminal asked for it and a record holds 9F74: the card pays from its electronic cash."""
    asked = state.own.get(Tag.EC_TERMINAL_SUPPORT) == SUPPORTED
    return asked and Tag.EC_ISSUER_AUTHORISATION_CODE in state.card


def read_cash(card: CardLink, state: ContactTransaction) -> ContactTransaction:
    """Balance and reset threshold by GET DATA: 9F79 and 9F6D, of whichever currency the card took."""
    found = Cash(_amount(card, Tag.EC_BALANCE), _amount(card, Tag.EC_RESET_THRESHOLD))
    return replace(state, cash=found)


def cash_request(state: ContactTransaction) -> Cryptogram:
    """Denial codes, then online codes; then TC while the threshold holds, below it online if there is a line.

    A balance that is not told, or does not reach, is never paid from: the terminal cannot know better (own
    reading, as PB-7.6 speaks of cards that tell it).
    """
    issuer, terminal = issuer_codes(state), state.terminal
    if state.tvr & (issuer.denial | terminal.action_codes.denial):
        return Cryptogram.AAC
    left = None if state.cash is None else state.cash.left_after(state.terms.amount)
    short = left is None or left < 0
    if terminal.offline_only:
        return Cryptogram.AAC if short else without_line(state)
    if state.tvr & (issuer.online | terminal.action_codes.online) or short:
        return Cryptogram.ARQC
    return Cryptogram.ARQC if below_threshold(state) else Cryptogram.TC


def below_threshold(state: ContactTransaction) -> bool:
    """What is left would be less than 9F6D; a threshold that is not told counts as none."""
    cash = state.cash
    left = None if cash is None else cash.left_after(state.terms.amount)
    return cash is not None and left is not None and left < (cash.threshold or 0)


def ask_for_pin(state: ContactTransaction, holder: Cardholder) -> ContactTransaction:
    """Electronic cash that goes online is paid from the account: the cardholder enters a PIN (PB-7.6).

    No bit of the TVR tells of it here: no CVM rule asked.
    """
    if Tag.PIN_DATA in state.own:
        return state
    block = holder.online_pin(state.pan)
    return state if isinstance(block, NoPin) else state.knowing({Tag.PIN_DATA: block})


def _amount(card: CardLink, tag: int) -> int | None:
    value = data_object(card, tag)
    return from_bcd(value) if value and value.hex().isdecimal() else None
