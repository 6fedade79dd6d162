"""Clients that mean harm: lines that no server may take, drawn from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hostile_terminal import line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

STRIPE = {"track1": None, "track2": ";1?"}
PARAMS: Mapping[str, Mapping[str, Any]] = {
    "hello": {"versions": [1], "token": None},
    "identify": {},
    "load": {"parameters": {"fare": 100, "blacklist": {"version": 7, "pans": ["6210948000000029"]}}},
    "operate": {"operation": {"name": "idle"}},
    "present": {"interface": "contactless", "card": "apdu", "card_within_s": 1.0},
    "swipe": {"stripe": STRIPE},
    "observe": {"kind": "indication", "skip": 0},
    "disturb": {"fault": {"name": "power-cycle"}},
    "clock": {"wait_s": 1.0},
    "cancel": {},
    "ping": {},
}
BAD: tuple[object, ...] = (
    None, True, -1, 0.5, 1e300, 2**63, -(2**70), 10**400, "", "no", "x" * 9000, [], [[]], [None] * 99, {},
    {"": 0}, {"__class__": 1}, [1] * 17, "\x00", "6210948000000011",
)  # fmt: skip


def garbled(rng: Random) -> bytes:
    """No JSON: any bytes, or a request with some of its own changed, left out or said twice."""
    whole = bytearray(request(rng))
    way = rng.randrange(4)
    if way == 0:
        return bytes(rng.choices(range(128, 256), k=rng.randrange(1, 300))) + b"\n"
    if way == 1:
        return bytes(whole[: rng.randrange(1, len(whole) - 1)]) + b"\n"
    if way == 2:
        whole[rng.randrange(len(whole) - 1)] = rng.choice(b'\0\x1b\xff"{}[],:\\')
        return bytes(whole)
    return bytes(whole[:-1]) * 2 + b"\n"


def nested(rng: Random) -> bytes:
    levels = rng.choice([15, 17, 900, 40_000])
    return b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b"[" * levels + b"]" * levels + b"}\n"


def wide(rng: Random) -> bytes:
    return b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[' + b"0," * rng.choice([9, 260_000]) + b"0]}\n"


def no_request(rng: Random) -> bytes:
    whole = {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {}}
    changes = [
        {"jsonrpc": 2.0}, {"jsonrpc": None}, {"id": None}, {"id": True}, {"id": 1.0}, {"id": "x" * 65},
        {"id": 10**64}, {"id": []}, {"method": None}, {"method": {}}, {"params": []}, {"params": None},
        {"more": 1},
    ]  # fmt: skip
    return line(rng.choice([whole | rng.choice(changes), [whole], rng.choice(BAD), {"method": "ping"}]))


def no_method(rng: Random) -> bytes:
    method = rng.choice(
        ["", "pong", "card.reset", "__init__", "_answer", "x" * 100_000, "identify\0", "IDENTIFY"]
    )
    return line({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}})


def wrong_params(rng: Random) -> bytes:
    """A param is missing, is what it may not be, or is one too many."""
    method = rng.choice([name for name, params in PARAMS.items() if params])
    params = dict(PARAMS[method])
    name = rng.choice(list(params))
    if (way := rng.randrange(3)) == 0:
        del params[name]
    elif way == 1:
        params[name] = rng.choice([bad for bad in BAD if not isinstance(bad, str | int | float | None)])
    else:
        params[rng.choice(["", "colour", "self", "x" * 50_000])] = rng.choice(BAD)
    return line({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def wrong_member(rng: Random) -> bytes:
    """A member of a value is what it may not be, or is one too many."""
    method, name = rng.choice(
        [("load", "parameters"), ("operate", "operation"), ("disturb", "fault"), ("swipe", "stripe")]
    )
    value = dict(PARAMS[method][name])
    value[rng.choice(["colour", *value])] = rng.choice([[[]], {"a": [1]}, 1.5, [None], {"": {}}])
    return line({"jsonrpc": "2.0", "id": 1, "method": method, "params": {name: value}})


def request(rng: Random) -> bytes:
    """What is well asked."""
    method = rng.choice([name for name in PARAMS if name != "present"])
    return line({"jsonrpc": "2.0", "id": 1, "method": method, "params": PARAMS[method]})


def late_answer(rng: Random) -> bytes:
    """An answer that nobody waits for."""
    told = rng.choice(
        [{"result": {"apdu": "9000"}}, {"error": {"code": 8, "message": ""}}, {"result": "x" * 900}, {}]
    )
    return line({"jsonrpc": "2.0", "id": rng.choice(["card-1", 1, None, [], "x" * 999]), **told})


LINES: tuple[Callable[[Random], bytes], ...] = (
    *(garbled, no_request, no_method, wrong_params, wrong_member, request, late_answer) * 40,
    *(nested,) * 10,
    wide,
)  # fmt: skip
