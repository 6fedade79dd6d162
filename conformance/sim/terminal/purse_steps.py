"""A debit from a card's purse with the terminal's PSAM, step by step, for lanes and validators (HW-42)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.codec import purse
from conformance.codec.purse import Initiated, Proof, Purchase, PurseBusiness, Sealed
from conformance.sim.terminal.parts.psam_slot import PsamGone

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.codec.purse import Mac1Order
    from conformance.link.card import CardLink
    from conformance.sim.terminal.parts.psam_slot import PsamSlot

COMPOSITE: Final = PurseBusiness.COMPOSITE
NOT_SATISFIED: Final = 0x6985
_PSAM_APPLICATION, _PSAM_TERMINAL, _TERMINAL_LENGTH = 0xDF01, 0x16, 6
_MOST: Final = 0xFFFF_FFFF  # fen that a purse can name
_BALANCE_TOO_LOW, _KEY_NOT_SUPPORTED = 0x9401, 0x9403


class CardRefused(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The card does not do what a purse card does; `text` is for its holder."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def asked(card: CardLink, command: CommandApdu) -> ResponseApdu:
    """The answer to a command that the card must carry out."""
    answer = card.exchange(command)
    if not answer.ok:
        raise CardRefused("扣款失败")
    return answer


def initiated(card: CardLink, amount: int, terminal: bytes) -> Initiated:
    """INITIALIZE FOR PURCHASE of a composite transaction over so many fen."""
    if amount > _MOST:
        raise CardRefused("余额不足")
    answer = card.exchange(purse.initialize_for_purchase(COMPOSITE, Purchase(amount, terminal)))
    if answer.sw == _BALANCE_TOO_LOW:
        raise CardRefused("余额不足")
    if not answer.ok:
        raise CardRefused("扣款失败")
    try:
        return Initiated.parse(answer.data)
    except ValueError:
        raise CardRefused("扣款失败") from None


def terminal_number(slot: PsamSlot) -> bytes:
    """The number that the PSAM gives the terminal, and the PSAM ready to make MAC1."""
    number = slot.exchange(purse.read_binary(_PSAM_TERMINAL, _TERMINAL_LENGTH))
    ready = slot.exchange(purse.select_file(_PSAM_APPLICATION))
    if not (number.ok and ready.ok and len(number.data) == _TERMINAL_LENGTH):
        raise PsamGone
    return number.data


def sealed(slot: PsamSlot, order: Mac1Order) -> Sealed:
    """MAC1, under a number of the PSAM that is given once."""
    answer = slot.exchange(purse.init_sam_for_purchase(order))
    if answer.sw == _KEY_NOT_SUPPORTED:
        raise CardRefused("密钥版本不符")
    if not answer.ok:
        raise PsamGone
    try:
        return Sealed.parse(answer.data)
    except ValueError:
        raise PsamGone from None


def proof_of(answer: ResponseApdu) -> Proof:
    """What the card gave for the money; an answer of another length proves nothing."""
    try:
        return Proof.parse(answer.data)
    except ValueError:
        return Proof(bytes(4), bytes(4))
