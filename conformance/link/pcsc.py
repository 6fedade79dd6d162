"""A card in a PC/SC reader, through pyscard (facts: docs/facts/pcsc.md).

This module imports without pyscard; using it then ends in NoPcscService.
"""

from __future__ import annotations

import time
from dataclasses import replace
from enum import Enum
from functools import cache
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.link.outcomes import CardMute, CardWithdrawn, LinkOutcome, NoPcscService, ReaderGone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    _Call = tuple[Callable[..., Any], tuple[Any, ...]]

# Result codes of PC/SC part 5; pyscard gives them signed on Windows, so all are compared as 32 bits.
_OK = 0
_TIMEOUT = 0x8010000A
_SHARING_VIOLATION = 0x8010000B
_NO_SMARTCARD = 0x8010000C
_UNKNOWN_READER = 0x80100009
_NOT_TRANSACTED = 0x80100016
_COMM_DATA_LOST = 0x8010002F
_UNRESPONSIVE_CARD = 0x80100066
_UNPOWERED_CARD = 0x80100067
_RESET_CARD = 0x80100068
_REMOVED_CARD = 0x80100069

_MUTE = frozenset((_TIMEOUT, _UNRESPONSIVE_CARD))
_WITHDRAWN = frozenset(
    (_NO_SMARTCARD, _NOT_TRANSACTED, _COMM_DATA_LOST, _UNPOWERED_CARD, _RESET_CARD, _REMOVED_CARD)
)
_POLL_S = 0.02
_STOP_S = 0.5
_GET_RESPONSE_ROUNDS = 256
_WARNINGS = (0x62, 0x63)


class Chaining(Enum):
    """What the link does with 61xx and 6Cxx. NONE hands them on as any other answer.

    ISO7816_T0 works for T=0 alone: Le stays away from commands with data, 61xx is answered by GET RESPONSE,
    6Cxx by the same command with the right Le (ISO/IEC 7816-3). A warning, 62xx or 63xx, to a command that
    wants data is kept while GET RESPONSE asks for them (EMV Book 1 9.3). All of it is one exchange.
    """

    NONE = "none"
    ISO7816_T0 = "iso7816-t0"


def readers() -> tuple[str, ...]:
    """The names of all readers, in the service's order; NoPcscService without one."""
    library = pyscard()
    code, context = library.SCardEstablishContext(library.SCARD_SCOPE_SYSTEM)
    if code != _OK:
        raise NoPcscService(_words(code))
    try:
        _, names = library.SCardListReaders(context, [])
    except SystemError:  # pyscard's way of saying that the service ended in the meantime
        raise NoPcscService("the PC/SC service ended") from None
    library.SCardReleaseContext(context)
    return tuple(names)


class PcscCard:
    """A card link through PC/SC, used by one caller at a time.

    Every call into PC/SC ends within `deadline_s`, as far as the caller is concerned. `reset` waits up to
    `insertion_s` for a card: readers are polled, and a card that was torn is found again a second later.
    """

    def __init__(
        self,
        reader: str,
        deadline_s: float = 5.0,
        chaining: Chaining = Chaining.NONE,
        insertion_s: float = 3.0,
    ) -> None:
        self._reader = reader
        self._deadline_s = deadline_s
        self._chaining = chaining
        self._insertion_s = insertion_s
        self._worker: _Worker | None = None
        self._context: int | None = None
        self._card: int | None = None
        self._protocol = 0
        self._pci: Any = None

    def inserted(self, within_s: float) -> PcscCard:
        """Wait until the reader reports a card and return this link; CardWithdrawn when none comes."""
        end = time.monotonic() + within_s
        while not self._is_present():
            if time.monotonic() > end:
                raise CardWithdrawn(f"no card came to {self._reader} within {within_s:g} s")
            time.sleep(_POLL_S)
        return self

    def reset(self) -> bytes:
        """Take the power from the card, give it again, and return the ATR."""
        self._leave_card()
        end = time.monotonic() + self._insertion_s
        while (code := self._power_up()) != _OK:
            if code not in _WITHDRAWN | _MUTE or time.monotonic() > end:
                raise self._outcome(code)
            self._leave_card()
            time.sleep(_POLL_S)
        return self._atr()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        if self._card is None:
            raise CardWithdrawn("the card has no power: reset comes first")
        if self._chaining is Chaining.NONE or self._protocol != pyscard().SCARD_PROTOCOL_T0:
            return self._transmit(command)
        return self._chained(command)

    @property
    def protocol(self) -> str:
        """The protocol with the card, "T=0" or "T=1", once `reset` has found one."""
        return "T=0" if self._protocol == pyscard().SCARD_PROTOCOL_T0 else "T=1"

    def close(self) -> None:
        """Let go of card and reader; of a card that keeps silent, as soon as it lets the reader go."""
        last: list[_Call] = []
        if self._card is not None:
            last.append((pyscard().SCardDisconnect, (self._card, pyscard().SCARD_UNPOWER_CARD)))
        if self._context is not None:
            last.append((pyscard().SCardReleaseContext, (self._context,)))
        if self._worker is not None:
            self._worker.stop(last)
        self._card = self._context = self._worker = None

    def _is_present(self) -> bool:
        library, context = pyscard(), self._established()
        asked = [(self._reader, library.SCARD_STATE_UNAWARE)]
        code, states = self._call(library.SCardGetStatusChange, context, 0, asked)
        if code & 0xFFFFFFFF not in (_OK, _TIMEOUT):
            raise self._outcome(code)
        return bool(states[0][1] & library.SCARD_STATE_PRESENT)

    def _established(self) -> int:
        if self._context is None:
            library = pyscard()
            code, context = self._call(library.SCardEstablishContext, library.SCARD_SCOPE_SYSTEM)
            if code != _OK:
                raise NoPcscService(_words(code))
            self._context = context
        return self._context

    def _power_up(self) -> int:
        """Connect and power the card afresh, whoever used it before; the result code.

        A card that pcscd has not reported yet is left alone: its poll would power that card up once more,
        amid the commands, as soon as it finds it (pcsc-lite 1.9.9).
        """
        if not self._is_present():
            return _NO_SMARTCARD
        library, context = pyscard(), self._established()
        share, protocols = library.SCARD_SHARE_EXCLUSIVE, library.SCARD_PROTOCOL_ANY
        code, card, _ = self._call(library.SCardConnect, context, self._reader, share, protocols)
        if code != _OK:
            return int(code) & 0xFFFFFFFF
        self._card = card
        again = (share, protocols, library.SCARD_UNPOWER_CARD)
        code, self._protocol = self._call(library.SCardReconnect, card, *again)
        is_t0 = self._protocol == library.SCARD_PROTOCOL_T0
        self._pci = library.SCARD_PCI_T0 if is_t0 else library.SCARD_PCI_T1
        return int(code) & 0xFFFFFFFF

    def _atr(self) -> bytes:
        code, _, _, _, atr = self._call(pyscard().SCardStatus, self._card)
        if code != _OK:
            raise self._outcome(code)
        return bytes(atr)

    def _leave_card(self) -> None:
        if self._card is not None:
            card, self._card = self._card, None
            self._call(pyscard().SCardDisconnect, card, pyscard().SCARD_UNPOWER_CARD)

    def _transmit(self, command: CommandApdu) -> ResponseApdu:
        code, raw = self._call(pyscard().SCardTransmit, self._card, self._pci, list(command.encode()))
        if code != _OK:
            raise self._outcome(code)
        if len(raw) < 2:  # how the virtual reader shows a card that left: success and no answer
            raise CardWithdrawn("the card left instead of answering")
        return ResponseApdu.decode(bytes(raw))

    def _chained(self, command: CommandApdu) -> ResponseApdu:
        response = self._transmit(replace(command, le=None) if command.case == 4 else command)
        if response.sw.sw1 == 0x6C:
            response = self._transmit(replace(command, le=response.sw.sw2 or 256))
        if command.case == 4 and response.sw.sw1 in _WARNINGS and not response.data:
            return self._warned(response)
        return self._collected(response)

    def _warned(self, response: ResponseApdu) -> ResponseApdu:
        """The data behind a warning, as far as the card has any, with the warning."""
        more = CommandApdu(0x00, 0xC0, 0x00, 0x00, le=256)
        rest = self._transmit(more)
        if rest.sw.sw1 == 0x6C:
            rest = self._transmit(replace(more, le=rest.sw.sw2 or 256))
        return ResponseApdu(self._collected(rest).data, response.sw)

    def _collected(self, response: ResponseApdu) -> ResponseApdu:
        """All that GET RESPONSE brings after 61xx."""
        collected = b""
        for _ in range(_GET_RESPONSE_ROUNDS):
            collected += response.data
            if response.sw.sw1 != 0x61:
                break
            response = self._transmit(CommandApdu(0x00, 0xC0, 0x00, 0x00, le=response.sw.sw2 or 256))
        return ResponseApdu(collected, response.sw)

    def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call into PC/SC, where a silent card blocks for ever, and give up at the deadline."""
        if self._worker is None:
            self._worker = _Worker()
        if not self._worker.is_free(self._deadline_s):
            raise ReaderGone(f"{self._reader} still waits for a card that does not answer")
        try:
            return self._worker.call(self._deadline_s, function, arguments)
        except Empty:
            raise CardMute(f"no answer within {self._deadline_s:g} s") from None

    def _outcome(self, code: int) -> LinkOutcome:
        """The named outcome of a result code."""
        code &= 0xFFFFFFFF
        if code in _MUTE:
            return CardMute(_words(code))
        if code in _WITHDRAWN:
            return CardWithdrawn(_words(code))
        if code == _SHARING_VIOLATION:
            return ReaderGone(f"another program uses the card in {self._reader}")
        if code == _UNKNOWN_READER:
            return ReaderGone(f"no reader {self._reader}; there are: {', '.join(readers()) or 'none'}")
        self._context = None  # the service ended or was started anew; the next reset asks it again
        return ReaderGone(f"{self._reader}: {_words(code)}")


class _Worker:
    """One thread that makes the calls which may block, so that the caller can stop waiting for them."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._results: SimpleQueue[Any] = SimpleQueue()
        self._overdue = False
        self._thread = Thread(target=self._work, name="pcsc", daemon=True)
        self._thread.start()

    def call(self, deadline_s: float, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """The function's result; queue.Empty when it does not come in time."""
        self._calls.put((function, arguments))
        self._overdue = True
        result = self._results.get(timeout=deadline_s)
        self._overdue = False
        return result

    def is_free(self, within_s: float) -> bool:
        """True when no earlier call is still under way; waits for one, and drops its late result."""
        if self._overdue:
            try:
                self._results.get(timeout=within_s)
            except Empty:
                return False
            self._overdue = False
        return True

    def stop(self, last: Sequence[_Call]) -> None:
        """End behind these calls; wait for that, but not for long."""
        for call in (*last, None):
            self._calls.put(call)
        self._thread.join(_STOP_S)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            function, arguments = call
            self._results.put(function(*arguments))


@cache
def pyscard() -> Any:
    """Pyscard's plain functions; its classes above them cost as much again for each exchange."""
    try:
        from smartcard import scard
    except ModuleNotFoundError:
        raise NoPcscService("pyscard is not installed: install pboc-conformance[pcsc]") from None
    return scard


def _words(code: int) -> str:
    return f"{pyscard().SCardGetErrorMessage(code)} (0x{code & 0xFFFFFFFF:08X})"
