"""A conversation with a terminal to be checked: what is said, and what must come back."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.link.control import methods
from conformance.link.control.bounds import MOST_EXCHANGES
from conformance.link.control.client import Connection
from conformance.link.control.methods import TO_CARD, TO_TERMINAL, Greeting
from conformance.link.message import MessageError, parse, printable, structured, unstructured
from conformance.model.terminal import Presentation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.link.control.access import Trust
    from conformance.link.control.wire import Wire
    from conformance.model.terminal import Operation


class Broken(Exception):  # noqa: N818  what was observed instead, not an error of ours
    """The terminal did not do what a check expects; `code` and `arguments` say what it did."""

    def __init__(self, code: str, **arguments: str) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = {name: printable(said) for name, said in arguments.items()}


@dataclass(frozen=True, slots=True)
class Peer:
    """A terminal to be checked. `offers` is what it says of itself, as far as it does.

    `before` are operations without which it takes no card.
    """

    address: tuple[str, int]
    trust: Trust
    within_s: float
    offers: tuple[str, ...] = ()
    before: tuple[Operation, ...] = ()

    @contextmanager
    def talk(self, *, greet: bool = True) -> Iterator[Talk]:
        """A new connection, welcomed unless not; TerminalUnreachable."""
        connection = Connection(self.address, self.within_s, self.trust)
        try:
            talk = Talk(connection.wire, self)
            if greet:
                talk.greet()
            yield talk
        finally:
            connection.close()


@dataclass(slots=True)
class Talk:
    """One connection: what is said on it, and what must come back."""

    wire: Wire
    peer: Peer
    _last_id: int = 0

    def greet(self) -> None:
        """Say hello; the terminal must choose one of our versions."""
        token = self.peer.trust.token
        greeting = self.result("hello", Greeting, versions=list(methods.VERSIONS), token=token)
        if greeting.version not in methods.VERSIONS:
            raise Broken("answered", answer=f"version {greeting.version}")

    def hear(self) -> Any:
        """The next message; Broken for silence, an end, or what cannot be read."""
        try:
            return parse(self.wire.receive(time.monotonic() + self.peer.within_s))
        except MessageError as error:
            raise Broken("unreadable", problem=str(error)) from None
        except TimeoutError:
            raise Broken("silent", seconds=f"{self.peer.within_s:g}") from None
        except OSError:
            raise Broken("ended") from None

    def say(self, message: Mapping[str, object]) -> None:
        try:
            self.wire.send(message, self.peer.within_s)
        except OSError:
            raise Broken("ended") from None

    def ask(self, method: str, /, **params: object) -> int:
        """Send a request; its id."""
        self._last_id += 1
        self.say(methods.asked(self._last_id, method, params))
        return self._last_id

    def result(self, method: str, expected: Any, /, **params: object) -> Any:
        """What the terminal answers, which must be a result of that kind."""
        request_id = self.ask(method, **params)
        return self.answered(request_id, expected)

    def answered(self, request_id: int | str, kind: Any) -> Any:
        """The typed result of the next message, which must answer that request."""
        message = self.hear()
        if not answers(message, request_id) or message.keys() != {"jsonrpc", "id", "result"}:
            raise instead(message)
        if kind is None and message["result"] is not None:
            raise instead(message)
        try:
            return None if kind is None else structured(message["result"], kind)
        except MessageError as error:
            raise Broken("malformed", answer=_short(message), problem=str(error)) from None

    def refused(self, request_id: int | str | None, *codes: int) -> Mapping[str, Any]:
        """The error of the next message, which must answer that request with one of these codes."""
        message = self.hear()
        if not answers(message, request_id) or message.keys() != {"jsonrpc", "id", "error"}:
            raise instead(message)
        error: Mapping[str, Any] = message["error"]
        words = isinstance(error, dict) and isinstance(error.get("message"), str)
        if not words or error.get("code") not in codes:
            raise instead(message)
        return error

    def pong(self) -> None:
        """Ping must be answered."""
        self.result("ping", TO_TERMINAL["ping"].result)

    def raw(self, line: bytes) -> None:
        """Send bytes that need not be a message."""
        try:
            self.wire.send_bytes(line, self.peer.within_s)
        except OSError:
            raise Broken("ended") from None

    def ends(self) -> None:
        """The terminal must end the connection now."""
        try:
            message = self.hear()
        except Broken as broken:
            if broken.code != "ended":
                raise
        else:
            raise instead(message)

    def reset(self) -> int | str:
        """The id of the next message, which must be a terminal's first request to the card."""
        message = self.hear()
        if _asked_well(message).method != "card.reset":
            raise instead(message)
        return _asked_well(message).id

    def card(self, present: int, answer: Mapping[str, object]) -> None:
        """Answer all requests to the card so, as long as there are any; `present` must be answered then."""
        for _ in range(MOST_EXCHANGES):
            message = self.hear()
            if not methods.is_request(message):
                break
            self.say({"jsonrpc": "2.0", "id": _asked_well(message).id, **answer})
        if not answers(message, present) or not is_a(member(message, "result"), Presentation):
            raise instead(message)

    def present(self, card: str = "apdu") -> int:
        """Ask for a presentation, after what must come before it; its id."""
        for operation in self.peer.before:
            self.result("operate", None, operation=unstructured(operation))
        return self.ask("present", interface="contactless", card=card, card_within_s=0.5)


def _asked_well(message: Any) -> methods.Request:
    """A request to the card as it must be."""
    try:
        request = methods.request_of(message)
        methods.arguments(request, TO_CARD)
    except MessageError as error:
        raise Broken("malformed", answer=_short(message), problem=str(error)) from None
    return request


def answers(message: Any, request_id: int | str | None) -> bool:
    """Whether a message answers a request; true is not 1."""
    return (
        isinstance(message, dict)
        and message.get("jsonrpc") == "2.0"
        and message.get("id", "") == request_id
        and not isinstance(message.get("id"), bool)
    )


def instead(message: Any) -> Broken:
    return Broken("answered", answer=_short(message))


def _short(message: Any) -> str:
    text = json.dumps(message, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}…"


def member(message: Any, *names: str) -> Any:
    """What stands at the end of these names, None where anything on the way is not there."""
    for name in names:
        message = message.get(name) if isinstance(message, dict) else None
    return message


def is_a(value: Any, kind: Any) -> bool:
    try:
        structured(value, kind)
    except MessageError:
        return False
    return True
