"""The suite's card while a terminal asks for its APDUs over the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codec.apdu import ApduError, CommandApdu
from conformance.link.control import methods
from conformance.link.control.bounds import MOST_EXCHANGES
from conformance.link.control.methods import TO_CARD, Apdu, Powered, request_of
from conformance.link.message import MessageError, unstructured
from conformance.link.outcomes import CardMute, CardWithdrawn, LinkOutcome, TerminalGarbage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.link.card import CardLink

_WRONG_LENGTH = bytes.fromhex("6700")


class CardAtHand:
    """Answers a terminal's requests from a card link, for one presentation."""

    def __init__(self, card: CardLink) -> None:
        self._card = card
        self._asked = 0
        self._broken: LinkOutcome | None = None

    def check(self) -> None:
        """Raise what ended an exchange and was neither the card's doing nor the terminal's."""
        if self._broken is not None:
            raise self._broken

    def answer(self, message: Any) -> Mapping[str, object]:
        """The answer to one request; TerminalGarbage for what is none, and for one too many."""
        self._asked += 1
        if self._asked > MOST_EXCHANGES:
            raise TerminalGarbage(f"more than {MOST_EXCHANGES} requests to the card in one presentation")
        try:
            request = request_of(message)
        except MessageError as error:
            raise TerminalGarbage(f"the terminal's request to the card: {error}") from None
        try:
            return methods.answered(request.id, unstructured(self._done(request)))
        except MessageError as error:
            return methods.failed(request.id, error.code, str(error))
        except CardMute as outcome:
            return methods.failed(request.id, methods.CARD_MUTE, str(outcome))
        except CardWithdrawn as outcome:
            return methods.failed(request.id, methods.CARD_WITHDRAWN, str(outcome))
        except LinkOutcome as outcome:
            self._broken = self._broken or outcome
            return methods.failed(request.id, methods.CARD_WITHDRAWN, str(outcome))

    def _done(self, request: methods.Request) -> Powered | Apdu:
        """What the card does; bytes that are no C-APDU get 6700, as from any card."""
        arguments = methods.arguments(request, TO_CARD)
        if request.method == "card.reset":
            return Powered(self._card.reset())
        try:
            command = CommandApdu.decode(arguments[0])
        except ApduError:
            return Apdu(_WRONG_LENGTH)
        return Apdu(self._card.exchange(command).encode())
