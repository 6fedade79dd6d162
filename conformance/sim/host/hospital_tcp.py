"""The hospital system over TCP: JSON-RPC 2.0, one UTF-8 line for each message, amounts in fen."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any, TypeVar

from conformance.link.message import MOST_BYTES, MessageError, line_of, parse, structured, unstructured
from conformance.sim.host.hospital import Bill, HospitalDown, HospitalEntry, HospitalRefused
from conformance.sim.host.tcp import HostServer, received

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.sim.host.hospital import Hospital

T = TypeVar("T")

_PART = 1 << 16
_DOWN, _REFUSED = 1, 2
_INVALID_REQUEST, _METHOD_NOT_FOUND, _INVALID_PARAMS = -32600, -32601, -32602
_PARAMS: Mapping[str, Mapping[str, type]] = {
    "bill": {"number": str},
    "lock": {"number": str, "counter": str},
    "unlock": {"number": str, "counter": str},
    "pay": {"number": str, "response": str, "reference": str},
    "undone": {"reference": str},
    "deposit": {"patient": str, "amount": int, "response": str, "reference": str},
    "refund": {"number": str, "amount": int, "response": str, "reference": str},
    "prepaid": {"patient": str},
}
"""Methods by name, as those of `Hospital`; a response of no characters is none."""


def hospital_server(
    hospital: Hospital, host: str = "127.0.0.1", port: int = 0, deadline_s: float = 60.0
) -> HostServer:
    """A hospital system behind lines of at most `link.message.MOST_BYTES`."""
    return HostServer(_line, lambda line: line_of(_answer(hospital, line)), host, port, deadline_s)


class RemoteHospital:
    """A hospital system at an address; methods as those of `Hospital`, each ends within `deadline_s`."""

    def __init__(self, address: tuple[str, int], deadline_s: float = 10.0) -> None:
        self._address = address
        self._deadline_s = deadline_s

    def bill(self, number: str) -> Bill:
        return self._call(Bill, "bill", number=number)

    def lock(self, number: str, counter: str) -> Bill:
        return self._call(Bill, "lock", number=number, counter=counter)

    def unlock(self, number: str, counter: str) -> None:
        self._asked("unlock", {"number": number, "counter": counter})

    def pay(self, number: str, response: str | None, reference: str = "") -> HospitalEntry:
        return self._call(HospitalEntry, "pay", number=number, response=response or "", reference=reference)

    def undone(self, reference: str) -> HospitalEntry:
        return self._call(HospitalEntry, "undone", reference=reference)

    def deposit(self, patient: str, amount: int, response: str | None, reference: str = "") -> HospitalEntry:
        said = response or ""
        return self._call(
            HospitalEntry, "deposit", patient=patient, amount=amount, response=said, reference=reference
        )

    def refund(self, number: str, amount: int, response: str | None, reference: str = "") -> HospitalEntry:
        said = response or ""
        return self._call(
            HospitalEntry, "refund", number=number, amount=amount, response=said, reference=reference
        )

    def prepaid(self, patient: str) -> int:
        return self._call(int, "prepaid", patient=patient)

    def _call(self, kind: type[T], method: str, **params: object) -> T:
        try:
            return structured(self._asked(method, params), kind)
        except MessageError as error:
            raise HospitalDown(f"the hospital system's answer to {method} is none: {error}") from error

    def _asked(self, method: str, params: Mapping[str, object]) -> Any:
        """The result of one call."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        ends = time.monotonic() + self._deadline_s
        try:
            with socket.create_connection(self._address, self._deadline_s) as connection:
                connection.sendall(line_of(request))
                line = _line(connection, ends)
            return _result(parse(line or b""))
        except (OSError, MessageError) as error:
            raise HospitalDown(f"the hospital system gives no answer to {method}: {error}") from error


def _result(message: Any) -> Any:
    """The result in a response; HospitalRefused and HospitalDown for the errors that the server names."""
    match message:
        case {"result": result}:
            return result
        case {"error": {"code": int(code), "message": str(sentence)}}:
            raise (HospitalRefused if code == _REFUSED else HospitalDown)(sentence)
    raise MessageError("no response of JSON-RPC 2.0")


def _line(connection: socket.socket, ends: float) -> bytes | None:
    """The next line with its end; None at the end of the connection or for one too long."""
    line = bytearray()
    while not line.endswith(b"\n"):
        most = min(_PART, MOST_BYTES - len(line))
        seen = received(connection, most, ends, socket.MSG_PEEK) if most else b""
        if not seen:
            return None
        end = seen.find(b"\n")
        line += connection.recv(len(seen) if end < 0 else end + 1)  # what follows is the next line's
    return bytes(line)


def _answer(hospital: Hospital, line: bytes) -> Mapping[str, object]:
    """The response to one request; a request that cannot be read is answered with an error too."""
    try:
        request_id, method, arguments = _request(parse(line))
        called: Callable[..., object] = getattr(hospital, method)
        result = called(*arguments)
    except MessageError as error:
        return _failed(None, error.code, str(error))
    except HospitalDown as error:
        return _failed(request_id, _DOWN, str(error))
    except HospitalRefused as error:
        return _failed(request_id, _REFUSED, str(error))
    return {"jsonrpc": "2.0", "id": request_id, "result": unstructured(result)}


def _request(message: Any) -> tuple[int | str, str, list[Any]]:
    """Id, method and arguments in order; raises MessageError."""
    match message:
        case {"jsonrpc": "2.0", "id": int() | str() as request_id, "method": str() as method, **more}:
            params = more.get("params", {})
        case _:
            raise MessageError("no request of JSON-RPC 2.0", _INVALID_REQUEST)
    if method not in _PARAMS:
        raise MessageError(f"no method {method!r}; there are: {', '.join(_PARAMS)}", _METHOD_NOT_FOUND)
    kinds = _PARAMS[method]
    if not isinstance(params, dict) or params.keys() != kinds.keys():
        raise MessageError(f"{method} takes {', '.join(kinds)}", _INVALID_PARAMS)
    try:
        arguments: list[Any] = [structured(params[name], kind) for name, kind in kinds.items()]
    except MessageError as error:
        raise MessageError(str(error), _INVALID_PARAMS) from None
    return (
        request_id,
        method,
        [
            None if value == "" and name == "response" else value
            for name, value in zip(kinds, arguments, strict=True)
        ],
    )


def _failed(request_id: int | str | None, code: int, sentence: str) -> Mapping[str, object]:
    return {"jsonrpc": "2.0", "id": request_id, "error": {"code": code, "message": sentence}}
