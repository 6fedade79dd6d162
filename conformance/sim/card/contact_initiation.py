"""GET PROCESSING OPTIONS over contacts: debit and credit, or electronic cash (PB-2, PB-7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.tags import Tag
from conformance.sim.card.initiation import template_value
from conformance.sim.card.state import (
    CONDITIONS_NOT_SATISFIED,
    OK,
    WRONG_P1_P2,
    ContactTransaction,
    Refused,
    fen,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.state import Application, CardState

_SUPPORTED = b"\x01"


def get_processing_options(card: CardState, command: CommandApdu) -> ResponseApdu:
    """Start a transaction and answer AIP and AFL of its path in format 1: 80 L AIP AFL (PB-2, PB-7.2)."""
    application, rules = card.application, card.rules
    if command.p1 or command.p2:
        raise Refused(WRONG_P1_P2)
    if not card.awaits_gpo:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    pdol = application.image.pdol
    listed = rules.gpo_length.apply(pdol.length, template_value(command.data))
    values = pdol.split(listed)
    card.awaits_gpo = False
    rules.consume_atc.apply(application)
    cash = application.image.cash
    path = cash if cash and rules.cash_conditions.apply(application, values) else application.image.path
    atc = application.memory.atc.to_bytes(2, "big")
    application.contact = ContactTransaction(path, atc, values, listed, dict(values))
    return ResponseApdu(tlv.encode(Tag.RESPONSE_TEMPLATE_1, path.aip + path.afl), OK)


def cash_conditions(application: Application, values: Mapping[int, bytes]) -> bool:
    """Electronic cash: the terminal asks for it, the card can pay, and its last transaction ended well.

    What fails here is paid as debit or credit (PB-7.6).
    """
    image, memory = application.image, application.memory
    if values.get(Tag.EC_TERMINAL_SUPPORT) != _SUPPORTED:
        return False
    if values.get(Tag.TRANSACTION_CURRENCY) != image.elements[Tag.APPLICATION_CURRENCY]:
        return False
    amount, single = fen(values.get(Tag.AMOUNT_AUTHORISED, bytes(6))), image.amount(Tag.EC_SINGLE_LIMIT)
    affordable = amount <= memory.balance and (single is None or amount <= single)
    return affordable and not (
        memory.issuer_authentication_failed or memory.script_failed or memory.pin_exhausted
    )
