"""The terminal's side: any terminal link, served. What a vendor's firmware does, done once as a model."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Final

from conformance.codec.apdu import ApduError, ResponseApdu
from conformance.link.control import methods
from conformance.link.control.access import Guard
from conformance.link.control.bounds import CARD_S, HELLO_S, LINE_S, MOST_CONNECTIONS
from conformance.link.control.methods import TO_TERMINAL, VERSIONS, Apdu, Greeting, Powered, Request, page
from conformance.link.control.wire import Wire
from conformance.link.listening import Listener
from conformance.link.message import MessageError, parse, structured, unstructured
from conformance.link.outcomes import CardMute, CardWithdrawn, LinkOutcome, TerminalCancelled, TerminalRefused
from conformance.model.terminal import OBSERVABLES

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.codec.apdu import CommandApdu
    from conformance.link.card import CardLink
    from conformance.link.control.methods import Page
    from conformance.link.terminal import TerminalLink
    from conformance.model.terminal import Presentation, TerminalIdentity

_NOTICE_S: Final = 0.05  # how soon cancel is noticed while a terminal waits for a card or its answer
_CODES: Final[Mapping[type[LinkOutcome], int]] = {
    TerminalRefused: methods.REFUSED,
    TerminalCancelled: methods.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class _Act:
    """What is under way, and whether it is to be abandoned."""

    method: str
    cancelled: Event = field(default_factory=Event)


class ControlServer:
    """Serves the control protocol for one device.

    It gets its cards as APDUs over the protocol, and where there is a `reader`, from that: it waits so many
    seconds for a card and returns its link, or raises CardWithdrawn. The device does one thing at a time, and
    other requests wait; hello, ping and cancel do not. An unforeseen exception of the device ends the
    connection. ValueError for a host that is not loopback without token and TLS in `guard`.
    """

    def __init__(
        self,
        device: TerminalLink,
        reader: Callable[[float], CardLink] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        guard: Guard | None = None,
    ) -> None:
        self._guard = guard or Guard()
        self._guard.check(host)
        self._device = device
        self._reader = reader
        self._busy = Lock()
        self._act: _Act | None = None
        self._listener = Listener(host, port, MOST_CONNECTIONS)

    @property
    def address(self) -> tuple[str, int]:
        """Where it is served, also where port 0 asked for any."""
        return self._listener.address

    @property
    def port(self) -> int:
        return self.address[1]

    def serve_forever(self) -> None:
        """Serve until another thread calls `close`."""
        self._listener.serve_forever(self._serve)

    def close(self) -> None:
        """Take no more connections; those that are open end with their clients."""
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        secured = self._secured(connection)
        if secured is not None:
            with secured:
                _Session(self, Wire(secured)).run()

    def _secured(self, connection: socket.socket) -> socket.socket | None:
        try:
            connection.settimeout(HELLO_S)
            return self._guard.secured(connection)
        except OSError:
            return None

    def identify(self) -> TerminalIdentity:
        """The device, which offers besides the ways in which it gets a card here."""
        identity = self._device.identify()
        ways = ("apdu",) if self._reader is None else ("apdu", "reader")
        return replace(identity, offers=(*identity.offers, *ways))

    def admits(self, token: str | None) -> bool:
        """Whether who shows this token may come in."""
        return self._guard.admits(token)

    def cancel(self) -> str | None:
        """Let what is under way be abandoned, where it still can be; its method's name."""
        act = self._act
        if act is None:
            return None
        act.cancelled.set()
        return act.method

    @contextmanager
    def acting(self, method: str) -> Iterator[_Act]:
        """The device for this act alone."""
        with self._busy:
            self._act = _Act(method)
            try:
                yield self._act
            finally:
                self._act = None

    def act(self, act: _Act, wire: Wire, arguments: Sequence[Any]) -> object:
        """What the device does for a request."""
        if act.method == "present":
            return self._present(act, wire, *arguments)
        acts: Mapping[str, Callable[..., object]] = {
            "identify": self.identify,
            "load": self._device.load,
            "operate": self._device.operate,
            "swipe": self._device.swipe,
            "observe": self._observe,
            "disturb": self._device.disturb,
            "clock": self._device.wait,
        }
        return acts[act.method](*arguments)

    def _present(self, act: _Act, wire: Wire, interface: str, card: str, within_s: float) -> Presentation:
        given = self._inserted(act, within_s) if card == "reader" else _CardOverWire(wire, act)
        door = _Abandonable(given, act)
        try:
            presentation = self._device.present(door, interface)
        except CardWithdrawn:
            door.check()
            raise
        door.check()
        return presentation

    def _inserted(self, act: _Act, within_s: float) -> CardLink:
        if self._reader is None:
            raise TerminalRefused("this terminal has no reader; it offers: apdu")
        ends = time.monotonic() + within_s
        while not act.cancelled.is_set():
            left = ends - time.monotonic()
            try:
                return self._reader(max(0.0, min(_NOTICE_S, left)))
            except CardWithdrawn:
                if left <= _NOTICE_S:
                    raise CardWithdrawn(f"no card came within {within_s:g} s") from None
        raise TerminalCancelled("no card had come yet")

    def _observe(self, name: str, skip: int) -> Page:
        if name not in OBSERVABLES:
            known = ", ".join(OBSERVABLES)
            raise TerminalRefused(f"nothing called {name!r:.40} can be observed; there are: {known}")
        return page(self._device.observe(OBSERVABLES[name].kind), skip)


class _Session:
    """One connection: its requests, answered one after the other."""

    def __init__(self, server: ControlServer, wire: Wire) -> None:
        self._server = server
        self._wire = wire
        self._hello_until = time.monotonic() + HELLO_S
        self._welcome = False
        self._ends = False

    def run(self) -> None:
        """Answer until the client leaves, or says what nothing can follow."""
        while not self._ends and (line := self._line()) is not None:
            answer = self._answer(line)
            if answer is not None:
                self._send(answer)

    def _send(self, answer: Mapping[str, object]) -> None:
        """Answer a client, unless it gave up: behind half an answer it would understand nothing."""
        try:
            self._wire.send(answer)
        except OSError:
            self._ends = True

    def _line(self) -> bytes | None:
        """The next line; None when the client has left, is too slow, or sends one that has no end."""
        try:
            if self._welcome:
                self._wire.wait()
            until = time.monotonic() + LINE_S
            return self._wire.receive(until if self._welcome else min(until, self._hello_until))
        except MessageError as error:
            self._send(methods.failed(None, methods.INVALID_REQUEST, str(error)))
        except OSError:
            pass
        return None

    def _answer(self, line: bytes) -> Mapping[str, object] | None:
        """The answer to a line; None for an answer of the client's that nobody waits for any more."""
        try:
            message = parse(line)
            if self._welcome and _is_late_answer(message):
                return None
            request = methods.request_of(message)
        except MessageError as error:
            return methods.failed(None, error.code, str(error))
        return self._answered(request)

    def _answered(self, request: Request) -> Mapping[str, object]:
        try:
            arguments = methods.arguments(request, TO_TERMINAL)
            if request.method == "hello":
                return self._hello(request, *arguments)
            if not self._welcome and request.method != "ping":
                return methods.failed(request.id, methods.HELLO_FIRST, f"hello before {request.method}")
            return methods.answered(request.id, unstructured(self._done(request.method, arguments)))
        except MessageError as error:
            return methods.failed(request.id, error.code, str(error))
        except LinkOutcome as outcome:
            return methods.failed(
                request.id, _CODES.get(type(outcome), methods.READER_AT_FAULT), str(outcome)
            )

    def _hello(self, request: Request, versions: Sequence[int], token: str | None) -> Mapping[str, object]:
        if not self._server.admits(token):
            self._ends = True
            return methods.failed(request.id, methods.TOKEN_REFUSED, "the token is missing or another")
        common = [version for version in VERSIONS if version in versions]
        if not common:
            known = ", ".join(map(str, VERSIONS))
            words = f"no version in common; this terminal speaks {known}"
            return methods.failed(request.id, methods.NO_COMMON_VERSION, words, VERSIONS)
        self._welcome = True
        return methods.answered(request.id, unstructured(Greeting(common[0])))

    def _done(self, method: str, arguments: Sequence[Any]) -> object:
        if method == "ping":
            return "pong"
        if method == "cancel":
            return self._server.cancel()
        with self._server.acting(method) as act:
            return self._server.act(act, self._wire, arguments)


def _is_late_answer(message: Any) -> bool:
    return isinstance(message, dict) and "id" in message and not methods.is_request(message)


class _Abandonable:
    """A card link that ends where its act is abandoned, as if the card had been withdrawn."""

    def __init__(self, card: CardLink, act: _Act) -> None:
        self._card = card
        self._act = act
        self._abandoned = False

    def check(self) -> None:
        """TerminalCancelled where the act came to no end of its own."""
        if self._abandoned:
            raise TerminalCancelled("the presentation was abandoned")

    def reset(self) -> bytes:
        with self._unless_cancelled():
            return self._card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        with self._unless_cancelled():
            return self._card.exchange(command)

    @contextmanager
    def _unless_cancelled(self) -> Iterator[None]:
        self._leave_if_cancelled()
        try:
            yield
        finally:
            self._leave_if_cancelled()

    def _leave_if_cancelled(self) -> None:
        if self._act.cancelled.is_set():
            self._abandoned = True
            raise CardWithdrawn("the presentation was abandoned")


class _CardOverWire:
    """The suite's card: every APDU is asked for on the connection that the presentation came on."""

    def __init__(self, wire: Wire, act: _Act) -> None:
        self._wire = wire
        self._act = act
        self._asked = 0

    def reset(self) -> bytes:
        powered: Powered = self._ask("card.reset", Powered)
        return powered.atr

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        answer = self._ask("card.transmit", Apdu, apdu=unstructured(command.encode()))
        try:
            return ResponseApdu.decode(answer.apdu)
        except ApduError as error:
            raise CardMute(f"what the suite sent is no answer of a card: {error}") from None

    def _ask(self, method: str, kind: Any, **params: object) -> Any:
        """What the card says; CardMute, CardWithdrawn."""
        self._asked += 1
        request_id = f"card-{self._asked}"
        try:
            self._wire.send(methods.asked(request_id, method, params))
            answer = self._answer(request_id, time.monotonic() + CARD_S)
        except TimeoutError:
            raise CardMute(f"the suite did not answer {method} within {CARD_S:g} s") from None
        except OSError:
            raise CardWithdrawn("the suite ended the connection, or the presentation was abandoned") from None
        try:
            return _card_result(answer, kind)
        except MessageError as error:
            raise CardMute(f"what the suite sent is no answer to {method}: {error}") from None

    def _answer(self, request_id: str, until: float) -> Mapping[str, Any]:
        """The answer to a request; what is none is refused or passed over."""
        while True:
            message = self._message(until)
            if methods.is_request(message):
                self._wire.send(_out_of_turn(message))
            elif isinstance(message, dict) and message.get("id") == request_id:
                return message

    def _message(self, until: float) -> Any:
        """The next message; CardWithdrawn once the act is abandoned, TimeoutError."""
        while not self._act.cancelled.is_set():
            try:
                return parse(self._wire.receive(min(until, time.monotonic() + _NOTICE_S)))
            except TimeoutError:
                if time.monotonic() > until:
                    raise
            except MessageError as error:
                raise ConnectionError(str(error)) from None
        raise ConnectionAbortedError("abandoned")


def _out_of_turn(message: Any) -> Mapping[str, object]:
    own = message.get("id")
    request_id = own if isinstance(own, str | int) and methods.is_id(own) else None
    return methods.failed(request_id, methods.INVALID_REQUEST, "one request at a time, and one is under way")


def _card_result(message: Mapping[str, Any], kind: Any) -> Any:
    """What an answer of the suite's brings; CardMute, CardWithdrawn, MessageError."""
    error = message.get("error")
    if error is None:
        return structured(message.get("result"), kind)
    code, words = (error.get("code"), str(error.get("message"))) if isinstance(error, dict) else (None, "")
    raise CardMute(words) if code == methods.CARD_MUTE else CardWithdrawn(words)
