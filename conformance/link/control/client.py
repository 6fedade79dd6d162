"""The suite's side: a terminal link to whatever speaks the terminal control protocol."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar

from conformance.link.control import methods
from conformance.link.control.access import Trust
from conformance.link.control.at_hand import CardAtHand
from conformance.link.control.bounds import (
    MOST_OBSERVED,
    MOST_RECEIVED,
    OBSERVE_S,
    PAGE,
    PRESENT_S,
)
from conformance.link.control.methods import KINDS, TO_TERMINAL, VERSIONS, Greeting, Page
from conformance.link.control.wire import Wire
from conformance.link.message import MessageError, parse, printable, structured, unstructured
from conformance.link.outcomes import (
    LinkOutcome,
    ReaderGone,
    TerminalCancelled,
    TerminalDied,
    TerminalGarbage,
    TerminalHung,
    TerminalRefused,
    TerminalUnreachable,
)
from conformance.link.t0 import T0Card
from conformance.model.terminal import Presentation, TerminalIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.link.card import CardLink
    from conformance.model.terminal import Fault, Operation, Parameters, Stripe

T = TypeVar("T")

_CARD_WITHIN_S: Final = 5.0
_PING_S: Final = 2.0


class Field(Protocol):
    """Where a card is put so that the terminal finds it, such as a virtual reader."""

    def plug(self, card: CardLink) -> None: ...

    def unplug(self) -> None: ...


class ControlTerminal:
    """A terminal link to a program that speaks the control protocol at `host` and `port`.

    A card goes into the `field` that the terminal's reader reads; with `apdu` the terminal asks for each
    APDU over the protocol instead. Without either no card can be presented. The terminal says something
    within `deadline_s`, always (wait: that much longer than it was asked to wait). After a silence or an
    answer that makes no sense the connection is given up; the next call makes a new one. ValueError for a
    host elsewhere that `trust` does not suffice for.
    """

    def __init__(  # noqa: PLR0913  where it is, how long it may take, how it gets a card, why it is trusted
        self,
        host: str,
        port: int,
        deadline_s: float = 20.0,
        field: Field | None = None,
        *,
        apdu: bool = False,
        trust: Trust | None = None,
    ) -> None:
        self._trust = trust or Trust()
        self._trust.check(host)
        self._address = (host, port)
        self._deadline_s = deadline_s
        self._field = field
        self._apdu = apdu
        self._connection: Connection | None = None

    def identify(self) -> TerminalIdentity:
        return self._told(TerminalIdentity, "identify", {})

    def load(self, parameters: Parameters) -> None:
        self._call("load", {"parameters": unstructured(parameters)})

    def operate(self, operation: Operation) -> None:
        self._call("operate", {"operation": unstructured(operation)})

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Let the terminal have the card until it is done with it."""
        if self._apdu:
            return self._hand_on(card, interface)
        if self._field is None:
            raise ReaderGone("this bench has no field to put a card into")
        return self._put_in(self._field, card, interface)

    def _hand_on(self, card: CardLink, interface: str) -> Presentation:
        """Answer what the terminal asks of the card. A fault of ours that ended an exchange is raised."""
        at_hand = CardAtHand(card)
        try:
            return self._presented(interface, "apdu", at_hand)
        finally:
            at_hand.check()

    def _put_in(self, field: Field, card: CardLink, interface: str) -> Presentation:
        """Put the card into the field, which is also the slot, for as long as the terminal deals with it.

        There it speaks as its ATR says: behind T=0 where that offers nothing else.
        """
        field.plug(T0Card(card))
        try:
            return self._presented(interface, "reader")
        finally:
            field.unplug()

    def _told(self, kind: type[T], method: str, params: Mapping[str, object]) -> T:
        told: T = _understood(self._call(method, params), kind)
        return told

    def _presented(self, interface: str, card: str, at_hand: CardAtHand | None = None) -> Presentation:
        within = min(_CARD_WITHIN_S, self._deadline_s)
        params = {"interface": interface, "card": card, "card_within_s": within}
        told = self._call("present", params, at_hand)
        presentation: Presentation = _understood(told, Presentation)
        return presentation

    def swipe(self, stripe: Stripe) -> Presentation:
        return self._told(Presentation, "swipe", {"stripe": unstructured(stripe)})

    def observe(self, kind: type[T]) -> Sequence[T]:
        """All values of one kind, page by page, within bounds for all of them together."""
        values: list[T] = []
        until, most = time.monotonic() + OBSERVE_S, self._received + MOST_RECEIVED
        while True:
            page = self._told(Page, "observe", {"kind": KINDS[kind], "skip": len(values)})
            values += (_understood(value, kind) for value in _believed(page, len(values)))
            if len(values) == page.total:
                return values
            if time.monotonic() > until:
                raise TerminalHung(f"more {KINDS[kind]} than come within {OBSERVE_S:g} s")
            if self._received > most:
                raise TerminalGarbage(f"more than {MOST_RECEIVED} bytes of {KINDS[kind]}")

    @property
    def _received(self) -> int:
        return 0 if self._connection is None else self._connection.received

    def disturb(self, fault: Fault) -> None:
        self._call("disturb", {"fault": unstructured(fault)})

    def wait(self, seconds: float) -> None:
        self._call("clock", {"wait_s": seconds}, longer_s=seconds)

    def cancel(self) -> str | None:
        """Let the terminal abandon what it is doing; the method's name, None where it was doing nothing."""
        with self._connected(min(_PING_S, self._deadline_s)) as connection:
            abandoned: str | None = _understood(connection.call("cancel", {}), str | None)
            return abandoned

    def alive(self) -> bool:
        """Ask over a connection of its own; a refusal by the terminal's host shows that the link is alive."""
        try:
            with Connection(self._address, _PING_S, self._trust) as connection:
                connection.call("ping", {})
        except TerminalUnreachable as outcome:
            return isinstance(outcome.__cause__, ConnectionRefusedError)
        except TerminalHung:
            return False
        except LinkOutcome:
            return True  # what came was no good answer, but it came
        return True

    def close(self) -> None:
        """Give up the connection; the next call makes a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _call(
        self,
        method: str,
        params: Mapping[str, object],
        card: CardAtHand | None = None,
        longer_s: float = 0,
    ) -> Any:
        if self._connection is None:
            self._connection = self._connected(self._deadline_s)
        try:
            return self._connection.call(method, params, card, longer_s)
        except TerminalHung:
            self.close()
            with suppress(LinkOutcome):  # it may know how to stop; if not, ping tells of it
                self.cancel()
            raise
        except (TerminalRefused, TerminalCancelled, ReaderGone):
            raise
        except BaseException:
            self.close()  # whatever was under way on it, nobody waits for its answer any more
            raise

    def _connected(self, deadline_s: float) -> Connection:
        """A new connection that was welcomed."""
        connection = Connection(self._address, deadline_s, self._trust)
        try:
            connection.greet()
        except BaseException:
            connection.close()
            raise
        return connection


class Connection:
    """One connection to a terminal, and the requests on it."""

    def __init__(self, address: tuple[str, int], deadline_s: float, trust: Trust) -> None:
        self._deadline_s = deadline_s
        self._token = trust.token
        self._last_id = 0
        try:
            plain = socket.create_connection(address, deadline_s)
        except OSError as error:
            raise _unreachable(address, error) from error
        try:
            self.wire = Wire(trust.secured(plain, address[0]))
        except OSError as error:
            plain.close()
            raise _unreachable(address, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.wire.close()

    @property
    def received(self) -> int:
        """Bytes that came since it was made."""
        return self.wire.received

    def greet(self) -> None:
        """Say hello: agree on a version, show the token. TerminalUnreachable where the terminal will not."""
        try:
            answer = self.call("hello", {"versions": list(VERSIONS), "token": self._token})
        except TerminalRefused as refusal:
            raise TerminalUnreachable(f"the terminal does not let the suite in: {refusal}") from None
        version = _understood(answer, Greeting).version
        if version not in VERSIONS:
            raise TerminalGarbage(f"the terminal chose version {version}, which hello did not name")

    def call(
        self,
        method: str,
        params: Mapping[str, object],
        card: CardAtHand | None = None,
        longer_s: float = 0,
    ) -> Any:
        """The result of one request, or the outcome that came instead of it.

        Meanwhile the terminal may ask something of the `card`, if there is one.
        """
        self._last_id += 1
        most, ends = self.received + MOST_RECEIVED, time.monotonic() + PRESENT_S
        silence_s = self._deadline_s + longer_s
        try:
            self.wire.send(methods.asked(self._last_id, method, params), silence_s)
            while True:
                patience = time.monotonic() + silence_s
                message = self._message(min(patience, ends) if card else patience)
                if card is None or not methods.is_request(message):
                    return _result(message, self._last_id, TO_TERMINAL[method].result)
                if self.received > most:
                    raise TerminalGarbage(f"more than {MOST_RECEIVED} bytes during {method}")
                self.wire.send(card.answer(message))
        except TimeoutError:
            raise TerminalHung(f"no answer to {method} within {silence_s:g} s") from None
        except OSError as error:
            raise TerminalDied(f"the terminal ended its connection during {method}") from error

    def _message(self, until: float) -> Any:
        try:
            return parse(self.wire.receive(until))
        except MessageError as error:
            raise TerminalGarbage(f"what the terminal sent cannot be read: {error}") from None


def _unreachable(address: tuple[str, int], error: OSError) -> TerminalUnreachable:
    reason = getattr(error, "verify_message", "") or error.strerror or str(error)
    if isinstance(error, ssl.SSLError):
        reason = f"TLS: {reason}"
    return TerminalUnreachable(f"no terminal at {address[0]}:{address[1]}: {reason}")


def _believed(page: Page, seen: int) -> Sequence[Any]:
    """The values of a page that keeps the protocol's bounds; TerminalGarbage."""
    if len(page.values) > PAGE:
        raise TerminalGarbage(f"a page of {len(page.values)} values; {PAGE} is the most")
    if page.total > MOST_OBSERVED:
        raise TerminalGarbage(f"{page.total} values of one kind; {MOST_OBSERVED} is the most")
    if seen + len(page.values) > page.total or (not page.values and seen < page.total):
        raise TerminalGarbage(f"the terminal shows {seen + len(page.values)} of {page.total} values")
    return page.values


def _understood(value: Any, kind: Any) -> Any:
    try:
        return structured(value, kind)
    except MessageError as error:
        name = getattr(kind, "__name__", kind)
        raise TerminalGarbage(f"the terminal's answer is no {name}: {error}") from None


def _result(message: Any, request_id: int, kind: Any) -> Any:
    """What a response brings, after everything about it was checked; TerminalGarbage."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise TerminalGarbage("the terminal's answer is not JSON-RPC 2.0")
    if type(message.get("id")) is not int or message["id"] != request_id:
        raise TerminalGarbage(f"the terminal answers request {message.get('id')!r:.40}, not {request_id}")
    if message.keys() == {"jsonrpc", "id", "result"}:
        if kind is None and message["result"] is not None:
            raise TerminalGarbage(f"the terminal's answer is not null but {message['result']!r:.40}")
        return message["result"]
    if message.keys() != {"jsonrpc", "id", "error"}:
        raise TerminalGarbage("the terminal's answer holds neither a result nor an error, or more than one")
    raise _error_outcome(message["error"])


def _error_outcome(error: Any) -> LinkOutcome:
    code, message = (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, None)
    if not isinstance(code, int) or isinstance(code, bool) or not isinstance(message, str):
        return TerminalGarbage("the terminal's error has no code, or no message")
    message = printable(message)
    if code == methods.READER_AT_FAULT:
        return ReaderGone(f"the terminal's reader: {message}")
    if code == methods.CANCELLED:
        return TerminalCancelled(f"cancelled: {message}")
    return TerminalRefused(message)
