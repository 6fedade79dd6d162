"""Ask a card that came back about its last transaction, without starting a new one (PB-7.5, PB-11.7, TR-05a).

Works after SELECT: 9F36 is the ATC of the card's last transaction, 9F79 its balance, and the last record of
that transaction is answered as it was saved at the commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.codec.values import from_bcd
from conformance.kernel import capp
from conformance.kernel.answers import data_object
from conformance.kernel.read import read_record
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from conformance.kernel.contactless import Transaction
    from conformance.kernel.select import Application
    from conformance.link.card import CardLink

_PROOF_OF_PREAUTHORISATION = bytes(8)


def last_atc(card: CardLink) -> int | None:
    """9F36 by GET DATA; None when the card does not give it."""
    value = data_object(card, Tag.ATC)
    return int.from_bytes(value, "big") if value else None


def amount_of(card: CardLink, tag: int) -> int | None:
    """An n12 amount by GET DATA, in fen: 9F79 (balance) or 9F5D (left to spend); None without it."""
    value = data_object(card, tag)
    return from_bcd(value) if value and value.hex().isdecimal() else None


def shows_pan(card: CardLink, place: tuple[int, int] | None, pan: str) -> bool:
    """The record at `place` holds this PAN in 5A."""
    if place is None:
        return False
    try:
        value = read_record(card, *place).values.get(Tag.PAN, b"")
    except TerminatedError:
        return False
    return value.hex().rstrip("f") == pan


def committed(card: CardLink, application: Application, transaction: Transaction) -> bool:
    """The card that was selected last made this transaction whole, and none since (PB-7.5).

    Its ATC is the transaction's. With the extended application GET TRANS PROVE gives the cryptogram, zeros
    for a pre-authorisation (PB-8). Without it the card holds what it said it would hold after the debit;
    where it said nothing, the record that it saved decides.
    """
    initiated = transaction.initiated
    if last_atc(card) != initiated.atc:
        return False
    if capp.supported(application):
        proof = capp.prove(card, initiated.values[Tag.ATC])
        return proof == (initiated.cryptogram or _PROOF_OF_PREAUTHORISATION)
    left = initiated.left
    return left is None or amount_of(card, left.tag) == left.amount
