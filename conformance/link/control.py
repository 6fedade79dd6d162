"""The terminal control protocol, client and server: docs/terminal-control-protocol.md.

JSON-RPC 2.0 over TCP, one UTF-8 line for each message. Values are those of `model.terminal`, bytes as hex.
"""

from __future__ import annotations

import socket
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from conformance.link.message import (
    MOST_BYTES,
    MessageError,
    line_of,
    parse,
    structured,
    unstructured,
)
from conformance.link.outcomes import (
    LinkOutcome,
    ReaderGone,
    TerminalDied,
    TerminalGarbage,
    TerminalHung,
    TerminalRefused,
    TerminalUnreachable,
)
from conformance.link.t0 import T0Card
from conformance.model.terminal import (
    OBSERVABLES,
    Fault,
    Operation,
    Parameters,
    Presentation,
    Stripe,
    TerminalIdentity,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.link.card import CardLink
    from conformance.link.terminal import TerminalLink

T = TypeVar("T")

PROTOCOL = 1
PAGE = 500  # values in one answer to observe

_INVALID_REQUEST, _METHOD_NOT_FOUND, _INVALID_PARAMS = -32600, -32601, -32602
_REFUSED, _READER_AT_FAULT = 1, 2
_CARD_WITHIN_S = 5.0
_PING_S = 2.0
_KINDS = {observable.kind: name for name, observable in OBSERVABLES.items()}


class Field(Protocol):
    """Where a card is put so that the terminal finds it, such as a virtual reader."""

    def plug(self, card: CardLink) -> None: ...

    def unplug(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Page:
    """Some of the values of one kind, and how many there are in all."""

    total: int
    values: tuple[Any, ...]


class ControlTerminal:
    """A terminal link to a program that speaks the control protocol at `host` and `port`.

    Every call ends within `deadline_s` (wait: that much longer than it was asked to wait). Without a `field`
    no card can be presented. After a silence or an answer that makes no sense the connection is given up; the
    next call makes a new one.
    """

    def __init__(self, host: str, port: int, deadline_s: float = 20.0, field: Field | None = None) -> None:
        self._address = (host, port)
        self._deadline_s = deadline_s
        self._field = field
        self._connection: _Connection | None = None

    def identify(self) -> TerminalIdentity:
        identity = _understood(self._call("identify"), TerminalIdentity)
        if identity.protocol != PROTOCOL:
            raise TerminalGarbage(f"the terminal speaks protocol {identity.protocol}, this suite {PROTOCOL}")
        return identity

    def load(self, parameters: Parameters) -> None:
        self._call("load", parameters=unstructured(parameters))

    def operate(self, operation: Operation) -> None:
        self._call("operate", operation=unstructured(operation))

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Put the card into the field, which is also the slot, for as long as the terminal deals with it.

        There it speaks as its ATR says: behind T=0 where that offers nothing else.
        """
        if self._field is None:
            raise ReaderGone("this bench has no field to put a card into")
        self._field.plug(T0Card(card))
        try:
            within = min(_CARD_WITHIN_S, self._deadline_s)
            answer = self._call("present", card_within_s=within, interface=interface)
        finally:
            self._field.unplug()
        return _understood(answer, Presentation)

    def swipe(self, stripe: Stripe) -> Presentation:
        return _understood(self._call("swipe", stripe=unstructured(stripe)), Presentation)

    def observe(self, kind: type[T]) -> Sequence[T]:
        """All values of one kind, page by page."""
        values: list[T] = []
        while True:
            answer = self._call("observe", kind=_KINDS[kind], skip=len(values))
            page = _understood(answer, _Page)
            values += (_understood(value, kind) for value in page.values)
            if len(values) >= page.total:
                return values
            if not page.values:
                raise TerminalGarbage(f"the terminal shows {len(values)} of {page.total} values and no more")

    def disturb(self, fault: Fault) -> None:
        self._call("disturb", fault=unstructured(fault))

    def wait(self, seconds: float) -> None:
        self._call("clock", longer_s=seconds, wait_s=seconds)

    def alive(self) -> bool:
        """Ask over a connection of its own; a refusal by the terminal's host shows that the link is alive."""
        try:
            with _Connection(self._address, _PING_S) as connection:
                connection.call("ping", {}, _PING_S)
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

    def _call(self, method: str, longer_s: float = 0, **params: object) -> Any:
        if self._connection is None:
            self._connection = _Connection(self._address, self._deadline_s)
        try:
            return self._connection.call(method, params, self._deadline_s + longer_s)
        except (TerminalHung, TerminalGarbage, TerminalDied):
            self.close()
            raise


class _Connection:
    """One TCP connection to a terminal, and the requests on it."""

    def __init__(self, address: tuple[str, int], deadline_s: float) -> None:
        try:
            self._socket = socket.create_connection(address, deadline_s)
        except OSError as error:
            reason = error.strerror or str(error)
            raise TerminalUnreachable(f"no terminal at {address[0]}:{address[1]}: {reason}") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._last_id = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def call(self, method: str, params: Mapping[str, object], deadline_s: float) -> Any:
        """The result of one request, or the outcome that came instead of it."""
        self._last_id += 1
        request = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        try:
            self._socket.settimeout(deadline_s)
            self._socket.sendall(line_of(request))
            raw = self._receive(time.monotonic() + deadline_s)
        except TimeoutError:
            raise TerminalHung(f"no answer to {method} within {deadline_s:g} s") from None
        except OSError as error:
            raise TerminalDied(f"the terminal ended its connection during {method}") from error
        return _result(raw, self._last_id)

    def _receive(self, deadline: float) -> bytes:
        """The next line, without its end."""
        while b"\n" not in self._received:
            if len(self._received) >= MOST_BYTES:
                raise TerminalGarbage(f"the terminal sent a line of more than {MOST_BYTES} bytes")
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            part = self._socket.recv(1 << 16)
            if not part:
                raise ConnectionResetError("end of the connection")
            self._received += part
        line, _, self._received = self._received.partition(b"\n")
        return line


def _understood(value: Any, kind: type[T]) -> T:
    try:
        return structured(value, kind)
    except MessageError as error:
        raise TerminalGarbage(f"the terminal's answer is no {kind.__name__}: {error}") from None


def _result(raw: bytes, request_id: int) -> Any:
    """What a response brings, after everything about it was checked."""
    try:
        message = parse(raw)
    except MessageError as error:
        raise TerminalGarbage(f"the terminal's answer cannot be read: {error}") from None
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise TerminalGarbage("the terminal's answer is not JSON-RPC 2.0")
    if message.get("id") != request_id or isinstance(message.get("id"), bool):
        raise TerminalGarbage(f"the terminal answers request {message.get('id')!r}, not {request_id}")
    if message.keys() == {"jsonrpc", "id", "result"}:
        return message["result"]
    if message.keys() != {"jsonrpc", "id", "error"}:
        raise TerminalGarbage("the terminal's answer holds neither a result nor an error, or more than one")
    raise _error_outcome(message["error"])


def _error_outcome(error: Any) -> LinkOutcome:
    code, message = (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, None)
    if not isinstance(code, int) or not isinstance(message, str):
        return TerminalGarbage("the terminal's error has no code, or no message")
    if code == _READER_AT_FAULT:
        return ReaderGone(f"the terminal's reader: {message}")
    return TerminalRefused(message)


class ControlServer:
    """Serves the control protocol for one device, which reads its cards from a reader.

    `card` waits so many seconds for a card in that reader and returns its link. The device does one thing at
    a time; ping is answered on any connection meanwhile. An unforeseen exception of the device ends the
    connection. Whoever reaches the port commands the terminal: keep it on loopback.
    """

    def __init__(
        self, device: TerminalLink, card: Callable[[float], CardLink], host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._device = device
        self._card = card
        self._busy = Lock()
        self._listener = socket.create_server((host, port))

    @property
    def port(self) -> int:
        """The port that is served, also where 0 asked for any."""
        return int(self._listener.getsockname()[1])

    def serve_forever(self) -> None:
        """Serve until another thread calls `close`."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(connection,), name="control", daemon=True).start()

    def close(self) -> None:
        """Take no more connections; those that are open end with their clients."""
        with suppress(OSError):  # nobody may be waiting in accept
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            for line in _lines(connection):
                answer = line_of(self._answer(line))
                with suppress(OSError):  # a client that gave up reads no answer
                    connection.sendall(answer)

    def _answer(self, line: bytes) -> Mapping[str, object]:
        try:
            request_id, method, params = _request(line)
        except MessageError as error:
            return _failed(None, error.code, str(error))
        try:
            arguments = _arguments(method, params)
        except MessageError as error:
            return _failed(request_id, error.code, str(error))
        try:
            with nullcontext() if method == "ping" else self._busy:
                result = self._methods[method](*arguments)
        except TerminalRefused as refusal:
            return _failed(request_id, _REFUSED, str(refusal))
        except LinkOutcome as outcome:
            return _failed(request_id, _READER_AT_FAULT, str(outcome))
        return {"jsonrpc": "2.0", "id": request_id, "result": unstructured(result)}

    @property
    def _methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "identify": self._device.identify,
            "load": self._device.load,
            "operate": self._device.operate,
            "present": self._present,
            "swipe": self._device.swipe,
            "observe": self._observe,
            "disturb": self._device.disturb,
            "clock": self._device.wait,
            "ping": lambda: "pong",
        }

    def _present(self, card_within_s: float, interface: str) -> Presentation:
        return self._device.present(self._card(card_within_s), interface)

    def _observe(self, name: str, skip: int) -> _Page:
        if name not in OBSERVABLES:
            raise TerminalRefused(
                f"nothing called {name!r} can be observed; there are: {', '.join(OBSERVABLES)}"
            )
        shown: Sequence[object] = self._device.observe(OBSERVABLES[name].kind)
        return _Page(len(shown), tuple(shown[skip : skip + PAGE]))


# What each method takes. A name that is missing or too many is refused.
_PARAMS: Mapping[str, Mapping[str, type]] = {
    "identify": {},
    "load": {"parameters": Parameters},
    "operate": {"operation": Operation},
    "present": {"card_within_s": float, "interface": str},
    "swipe": {"stripe": Stripe},
    "observe": {"kind": str, "skip": int},
    "disturb": {"fault": Fault},
    "clock": {"wait_s": float},
    "ping": {},
}


def _lines(connection: socket.socket) -> Iterator[bytes]:
    """Lines as they come, the last perhaps cut off or too long; none after the client has gone."""
    with connection.makefile("rb") as stream:
        complete = True
        while complete:
            try:
                line = stream.readline(MOST_BYTES)
            except OSError:
                return
            complete = line.endswith(b"\n")
            if line:
                yield line


def _request(line: bytes) -> tuple[int | str, str, Mapping[str, Any]]:
    """Id, method and params of a request; raises MessageError."""
    if not line.endswith(b"\n"):
        raise MessageError(f"a line has at most {MOST_BYTES} bytes with its end", _INVALID_REQUEST)
    match parse(line):
        case {"jsonrpc": "2.0", "id": int() | str() as request_id, "method": str() as method, **more}:
            params = more.pop("params", {})
            if isinstance(params, dict) and not more:
                return request_id, method, params
    raise MessageError("not a JSON-RPC 2.0 request with id, method and named params", _INVALID_REQUEST)


def _arguments(method: str, params: Mapping[str, Any]) -> list[Any]:
    """What the method is called with, in order; raises MessageError."""
    if method not in _PARAMS:
        raise MessageError(f"no method {method!r}; there are: {', '.join(_PARAMS)}", _METHOD_NOT_FOUND)
    kinds = _PARAMS[method]
    if params.keys() != kinds.keys():
        raise MessageError(f"{method} takes {', '.join(kinds) or 'no params'}", _INVALID_PARAMS)
    try:
        return [structured(params[name], kind) for name, kind in kinds.items()]
    except MessageError as error:
        raise MessageError(str(error), _INVALID_PARAMS) from None


def _failed(request_id: int | str | None, code: int, message: str) -> Mapping[str, object]:
    return {"jsonrpc": "2.0", "id": request_id, "error": {"code": code, "message": message}}
