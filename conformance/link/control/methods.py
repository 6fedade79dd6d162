"""What there is to say: methods in both directions with what they take and bring, and the errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from conformance.link.control.bounds import (
    MOST_APDU,
    MOST_CARD_WITHIN_S,
    MOST_ID,
    MOST_MESSAGE,
    MOST_TOKEN,
    MOST_VERSIONS,
    MOST_WAIT_S,
    PAGE,
)
from conformance.link.message import MessageError, structured
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
    from collections.abc import Sequence

VERSIONS: Final = (1,)  # that this suite speaks, the best first

REFUSED, READER_AT_FAULT, NO_COMMON_VERSION, TOKEN_REFUSED, HELLO_FIRST, CANCELLED = 1, 2, 3, 4, 5, 6
CARD_MUTE, CARD_WITHDRAWN = 7, 8
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602

# Code of an error -> what it means. JSON-RPC's own begin at -32700.
ERRORS: Final[Mapping[int, str]] = {
    REFUSED: "the terminal refuses, in its own words",
    READER_AT_FAULT: "the terminal's reader failed, or saw no card in time",
    NO_COMMON_VERSION: "none of the versions; data.versions lists the terminal's own",
    TOKEN_REFUSED: "the token is missing or another; the connection ends",
    HELLO_FIRST: "hello comes first",
    CANCELLED: "abandoned by cancel",
    CARD_MUTE: "the card says nothing",
    CARD_WITHDRAWN: "the card is gone",
    PARSE_ERROR: "not JSON, or beyond the bounds of a line",
    INVALID_REQUEST: "no request",
    METHOD_NOT_FOUND: "no such method",
    INVALID_PARAMS: "wrong params",
}


@dataclass(frozen=True, slots=True)
class Greeting:
    """The version that the terminal chose of those that hello named."""

    version: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the values of one kind, and how many there are in all."""

    total: int
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Apdu:
    """A command's or an answer's bytes."""

    apdu: bytes


@dataclass(frozen=True, slots=True)
class Powered:
    """The ATR of a card that was powered afresh."""

    atr: bytes


@dataclass(frozen=True, slots=True)
class Param:
    """What a param is, and from `least` to `most`: a number itself, anything else its length.

    Bytes are counted as bytes.
    """

    kind: Any
    least: float | None = None
    most: float | None = None

    def structured(self, value: Any) -> Any:
        """The typed value; MessageError."""
        typed = structured(value, self.kind)
        if isinstance(typed, int | float):
            self._check(typed)
        elif isinstance(typed, str | bytes | tuple):
            self._check(len(typed))
        return typed

    def _check(self, size: float) -> None:
        if self.least is not None and size < self.least:
            raise MessageError(f"{size:g} is less than {self.least:g}")
        if self.most is not None and size > self.most:
            raise MessageError(f"{size:g} is more than {self.most:g}")


@dataclass(frozen=True, slots=True)
class Method:
    """Each param must be there, and no other; `result` None stands for null."""

    params: Mapping[str, Param]
    result: Any = None


# What the suite asks of a terminal.
TO_TERMINAL: Final[Mapping[str, Method]] = {
    "hello": Method(
        {
            "versions": Param(tuple[int, ...], 1, MOST_VERSIONS),
            "token": Param(str | None, 0, MOST_TOKEN),
        },
        Greeting,
    ),
    "identify": Method({}, TerminalIdentity),
    "load": Method({"parameters": Param(Parameters)}),
    "operate": Method({"operation": Param(Operation)}),
    "present": Method(
        {
            "interface": Param(Literal["contactless", "contact"]),
            "card": Param(Literal["apdu", "reader"]),
            "card_within_s": Param(float, 0, MOST_CARD_WITHIN_S),
        },
        Presentation,
    ),
    "swipe": Method({"stripe": Param(Stripe)}, Presentation),
    "observe": Method({"kind": Param(str), "skip": Param(int, 0)}, Page),
    "disturb": Method({"fault": Param(Fault)}),
    "clock": Method({"wait_s": Param(float, 0, MOST_WAIT_S)}),
    "cancel": Method({}, str | None),
    "ping": Method({}, Literal["pong"]),
}

# What a terminal asks of the suite's card while it serves it.
TO_CARD: Final[Mapping[str, Method]] = {
    "card.reset": Method({}, Powered),
    "card.transmit": Method({"apdu": Param(bytes, 0, MOST_APDU)}, Apdu),
}

KINDS: Final[Mapping[type, str]] = {each.kind: name for name, each in OBSERVABLES.items()}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came."""

    id: int | str
    method: str
    params: Mapping[str, Any]


def is_request(message: Any) -> bool:
    """Whether a message asks for something; otherwise it answers, or is nothing at all."""
    return isinstance(message, Mapping) and "method" in message


def request_of(message: Any) -> Request:
    """What a message asks for; MessageError."""
    match message:
        case {"jsonrpc": "2.0", "id": int() | str() as request_id, "method": str() as method, **more}:
            params = more.pop("params", {})
            if isinstance(params, dict) and not more and is_id(request_id):
                return Request(request_id, method, params)
    raise MessageError("not a JSON-RPC 2.0 request with id, method and named params", INVALID_REQUEST)


def is_id(value: int | str) -> bool:
    """Whether a request may be called so."""
    return not isinstance(value, bool) and len(str(value)) <= MOST_ID


def arguments(request: Request, methods: Mapping[str, Method]) -> Sequence[Any]:
    """What a method is called with, in the order of its params; MessageError."""
    if request.method not in methods:
        known = ", ".join(methods)
        raise MessageError(f"no method {request.method!r:.40}; there are: {known}", METHOD_NOT_FOUND)
    params = methods[request.method].params
    if request.params.keys() != params.keys():
        raise MessageError(f"{request.method} takes {', '.join(params) or 'no params'}", INVALID_PARAMS)
    try:
        return [param.structured(request.params[name]) for name, param in params.items()]
    except MessageError as error:
        raise MessageError(str(error), INVALID_PARAMS) from None


def asked(request_id: int | str, method: str, params: Mapping[str, object]) -> Mapping[str, object]:
    """A request."""
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}


def answered(request_id: int | str, result: object) -> Mapping[str, object]:
    """An answer with what came of a request."""
    return {"jsonrpc": "2.0", "id": request_id, "result": result}


def failed(
    request_id: int | str | None, code: int, message: str, versions: Sequence[int] = ()
) -> Mapping[str, object]:
    """An answer that says why nothing came of a request; None for one that cannot be told."""
    error: dict[str, object] = {"code": code, "message": message[:MOST_MESSAGE]}
    if versions:
        error["data"] = {"versions": list(versions)}
    return {"jsonrpc": "2.0", "id": request_id, "error": error}


def page(values: Sequence[object], skip: int) -> Page:
    """The values from number `skip` on, as many as an answer takes."""
    return Page(len(values), tuple(values[skip : skip + PAGE]))
