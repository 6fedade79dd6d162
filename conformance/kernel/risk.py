"""Terminal risk management: files and limits of the terminal, velocity of the card (EMV Book 3 10.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.bits import Tvr
from conformance.codec.tags import Tag
from conformance.kernel.answers import data_object

if TYPE_CHECKING:
    from conformance.kernel.transaction import ContactTransaction, RandomSelection
    from conformance.link.card import CardLink


def exception_file(state: ContactTransaction) -> ContactTransaction:
    """TVR B1b5: the exception file holds the card (EMV Book 4 6.5.5)."""
    listed = state.terminal.listed(state.pan, state.psn)
    return state.found(Tvr.EXCEPTION_FILE) if listed else state


def merchant_forced(state: ContactTransaction) -> ContactTransaction:
    """TVR B4b4: the merchant wants this transaction online (EMV Book 4 6.5.5)."""
    return state.found(Tvr.MERCHANT_FORCED) if state.terms.forced_online else state


def floor_limit(state: ContactTransaction) -> ContactTransaction:
    """TVR B4b8: amount, with what the log shows for the PAN, reaches the floor limit (EMV Book 3 10.6.1)."""
    total = state.terms.amount + state.terminal.spent(state.pan)
    return state.found(Tvr.FLOOR_LIMIT) if total >= state.terminal.floor_limit else state


def random_selection(state: ContactTransaction) -> ContactTransaction:
    """TVR B4b5: drawn below the floor limit, more often the larger the amount (EMV Book 3 10.6.2)."""
    amount, limit, random = state.terms.amount, state.terminal.floor_limit, state.terminal.random
    if amount >= limit or state.terminal.draw() > _percentage(amount, limit, random):
        return state
    return state.found(Tvr.RANDOM_SELECTION)


def velocity(card: CardLink, state: ContactTransaction) -> ContactTransaction:
    """TVR B4b7, B4b6 and B2b4, where the card has both limits, 9F14 and 9F23 (EMV Book 3 10.6.3).

    A card that does not tell 9F36 or 9F13 has both limits exceeded, and ICC data missing (2CA.029.04).
    """
    lower, upper = _byte(state, Tag.LOWER_OFFLINE_LIMIT), _byte(state, Tag.UPPER_OFFLINE_LIMIT)
    if lower is None or upper is None:
        return state
    atc, last_online = _counter(card, Tag.ATC), _counter(card, Tag.LAST_ONLINE_ATC)
    if last_online == 0:
        state = state.found(Tvr.NEW_CARD)
    if atc is None or last_online is None:
        return state.found(Tvr.ICC_DATA_MISSING, Tvr.LOWER_OFFLINE_LIMIT, Tvr.UPPER_OFFLINE_LIMIT)
    offline = atc - last_online
    if offline <= 0 or offline > lower:
        state = state.found(Tvr.LOWER_OFFLINE_LIMIT)
    return state.found(Tvr.UPPER_OFFLINE_LIMIT) if offline <= 0 or offline > upper else state


def _percentage(amount: int, limit: int, random: RandomSelection) -> float:
    """The target up to the threshold; from there on it rises to the maximum at the floor limit."""
    if amount < random.threshold or limit <= random.threshold:
        return random.target
    share = (amount - random.threshold) / (limit - random.threshold)
    return random.target + (random.maximum - random.target) * share


def _byte(state: ContactTransaction, tag: int) -> int | None:
    value = state.card.get(tag)
    return value[0] if value is not None and len(value) == 1 else None


def _counter(card: CardLink, tag: int) -> int | None:
    value = data_object(card, tag)
    return int.from_bytes(value, "big") if value is not None and len(value) == 2 else None
