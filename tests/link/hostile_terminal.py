"""Terminals that mean harm: what a peer may send instead of an answer, drawn from a seed.

Each hostility takes a random source and the request that it was asked, and brings acts as `memory_peer` has
them. With it stand the outcomes that are honest: any other, and any other exception, is a fault of ours.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import count, repeat
from typing import TYPE_CHECKING, Any

from memory_peer import LEAVES

from conformance.link.outcomes import (
    ReaderGone,
    TerminalCancelled,
    TerminalDied,
    TerminalGarbage,
    TerminalHung,
    TerminalRefused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from random import Random

    from memory_peer import Act

    Message = Mapping[str, Any]
    Hostility = Callable[[Random, Message], Iterable[Act]]

DONE = {"field_on_ms": 1, "ended_ms": 2, "outcome": "completed"}
RESULTS: Mapping[str, Any] = {
    "hello": {"version": 1},
    "identify": {
        "vendor": "示例", "model": "m", "firmware": "1", "device": "d",
        "simulated": False, "time_base": "real", "offers": ["O2", "apdu"],
    },
    "load": None,
    "operate": None,
    "present": DONE,
    "swipe": DONE,
    "observe": {"total": 1, "values": [{"at_ms": 7, "signal": "idle", "text": "请刷卡"}]},
    "disturb": None,
    "clock": None,
    "cancel": "present",
    "ping": "pong",
}  # fmt: skip
VALUES = tuple(method for method, result in RESULTS.items() if isinstance(result, dict))
# Bytes that no JSON text and no end of a line holds.
_CONTROL = bytes(byte for byte in range(256) if byte not in b"\t\n\r" and not 32 <= byte < 127)


def line(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode() + b"\n"


def answer(asked: Message, **members: object) -> bytes:
    """An answer with these members instead of the result, or with the right one."""
    told = members or {"result": RESULTS[asked["method"]]}
    return line({"jsonrpc": "2.0", "id": asked["id"], **told})


def genuine(heard: bytes) -> Iterator[Act]:
    """A terminal that answers as it should; for a presentation it asks for the card first."""
    message = json.loads(heard) if heard else {}
    if message.get("method") == "present" and message["params"]["card"] == "apdu":
        yield line({"jsonrpc": "2.0", "id": f"c-{message['id']}-3", "method": "card.reset", "params": {}})
    elif "method" in message:
        yield answer(message)
    elif asked := re.fullmatch(r"c-(\d+)-(\d)", str(message.get("id")), re.ASCII):
        present, left = map(int, asked.groups())
        if left == 0:
            yield answer({"id": present, "method": "present"})
        else:
            request = {"id": f"c-{present}-{left - 1}", "method": "card.transmit"}
            yield line({"jsonrpc": "2.0", **request, "params": {"apdu": "00B2010C00"}})


def not_json(rng: Random, asked: Message) -> Iterable[Act]:
    letters = rng.choices("abcxyz 0123456789.,:;'<>-+", k=rng.randrange(1, 80))
    yield b"!" + "".join(letters).encode() + b"\n"


def any_bytes(rng: Random, asked: Message) -> Iterable[Act]:
    yield bytes(rng.choices(_CONTROL, k=rng.randrange(1, 200))) + b"\n"


def nothing_but_ends(rng: Random, asked: Message) -> Iterable[Act]:
    yield rng.choice([b"\n", b"\r\n", b" \t\n", b"\0\n"]) * rng.randrange(1, 9)


def truncated(rng: Random, asked: Message) -> Iterable[Act]:
    whole = answer(asked)
    yield whole[: rng.randrange(1, len(whole) - 1)] + b"\n"


def unfinished(rng: Random, asked: Message) -> Iterable[Act]:
    whole = answer(asked)
    yield whole[: rng.randrange(len(whole))] or b"{"


def left_half_way(rng: Random, asked: Message) -> Iterable[Act]:
    """The connection ends at each byte in its turn."""
    whole = answer(asked)
    yield from filter(None, [whole[: rng.randrange(len(whole))]])
    yield rng.choice([LEAVES, ConnectionResetError(104, "reset"), ConnectionAbortedError(103, "aborted")])


def bad_utf8(rng: Random, asked: Message) -> Iterable[Act]:
    bad = rng.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80", b"\xe2\x82"])
    whole = answer(asked)
    place = whole.index(b'"') + 1
    yield whole[:place] + bad + whole[place:]


def another_encoding(rng: Random, asked: Message) -> Iterable[Act]:
    encoding = rng.choice(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8-sig"])
    text = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": RESULTS[asked["method"]]})
    yield text.encode(encoding) + b"\n"


def surrogate(rng: Random, asked: Message) -> Iterable[Act]:
    code = f"{rng.randrange(0xD800, 0xE000):04x}".encode()
    yield answer(asked, result="?").replace(b"?", b"\\u" + code)


def control_characters(rng: Random, asked: Message) -> Iterable[Act]:
    yield answer(asked, result="?").replace(b"?", bytes([rng.choice([0, 1, 8, 11, 27, 31])]))


def deep(rng: Random, asked: Message) -> Iterable[Act]:
    levels, (opens, closes) = (
        rng.choice([16, 17, 40, 900, 30_000]),
        rng.choice([(b"[", b"]"), (b'{"":', b"}")]),
    )
    middle = rng.choice([b"1", b"null", b""]) if opens == b"[" else b"1"
    yield answer(asked, result="?").replace(b'"?"', opens * levels + middle + closes * levels)


def wide(rng: Random, asked: Message) -> Iterable[Act]:
    values = rng.choice([b"0,", b"[],", b"{},", b'"",'])
    yield answer(asked, result="?").replace(b'"?"', b"[" + values * rng.choice([3, 300, 130_000]) + b"0]")


def huge_number(rng: Random, asked: Message) -> Iterable[Act]:
    digits = "9" * rng.choice([20, 40, 400, 4299, 4301, 20_000])
    number = rng.choice([digits, f"-{digits}", f"1e{digits[:6]}", f"0.{digits}", f"{digits}.5"])
    if rng.random() < 0.3:
        yield b'{"jsonrpc":"2.0","id":' + number.encode() + b',"result":null}\n'
    else:
        yield answer(asked, result="?").replace(b'"?"', number.encode())


def huge_string(rng: Random, asked: Message) -> Iterable[Act]:
    yield answer(asked, result=rng.choice("x中\0\x1b") * rng.choice([100, 5000, 200_000]))


def no_number(rng: Random, asked: Message) -> Iterable[Act]:
    yield answer(asked, result="?").replace(
        b'"?"', rng.choice([b"NaN", b"Infinity", b"-Infinity", b"01", b"+1", b"0x1"])
    )


def twice_a_member(rng: Random, asked: Message) -> Iterable[Act]:
    whole = answer(asked)
    yield whole.replace(b'{"jsonrpc"', b'{"' + rng.choice([b"id", b"result"]) + b'":1,"jsonrpc"')


def wrong_id(rng: Random, asked: Message) -> Iterable[Act]:
    own = asked["id"]
    bad = rng.choice(
        [str(own), float(own), own == 1, None, [own], {"id": own}, own + 1, own - 1, -own, 0.5, 2**63]
    )
    yield line({"jsonrpc": "2.0", "id": bad, "result": RESULTS[asked["method"]]})


def no_id(rng: Random, asked: Message) -> Iterable[Act]:
    yield line({"jsonrpc": "2.0", "result": RESULTS[asked["method"]]})


def another_version_of_json_rpc(rng: Random, asked: Message) -> Iterable[Act]:
    told = {"id": asked["id"], "result": RESULTS[asked["method"]]}
    bad = rng.choice(["1.0", 2, 2.0, None, "2.0 ", ["2.0"]])
    yield line(told if rng.random() < 0.2 else {"jsonrpc": bad, **told})


def batch(rng: Random, asked: Message) -> Iterable[Act]:
    yield line([json.loads(answer(asked))] * rng.randrange(4))


def result_and_error(rng: Random, asked: Message) -> Iterable[Act]:
    members = {"result": RESULTS[asked["method"]], "error": rng.choice([None, {"code": 1, "message": ""}])}
    yield answer(asked, **members)


def more_members(rng: Random, asked: Message) -> Iterable[Act]:
    yield answer(
        asked, result=RESULTS[asked["method"]], **{rng.choice(["data", "", "x" * 3000, "Result"]): 1}
    )


def neither(rng: Random, asked: Message) -> Iterable[Act]:
    yield line({"jsonrpc": "2.0", "id": asked["id"]})


def malformed_error(rng: Random, asked: Message) -> Iterable[Act]:
    bad: list[object] = [
        "no", None, [], 1, {}, {"code": 1}, {"message": ""}, {"code": "1", "message": ""},
        {"code": 1.0, "message": ""}, {"code": True, "message": ""}, {"code": None, "message": ""},
        {"code": 1, "message": 1}, {"code": 1, "message": None},
    ]  # fmt: skip
    yield answer(asked, error=rng.choice(bad))


def strange_error(rng: Random, asked: Message) -> Iterable[Act]:
    code = rng.choice([0, -1, 1, 3, 4, 5, 7, 8, 9, 99, -32700, -32603, 2**31, -(2**63), 10**300])
    message = rng.choice(["", "no", "x" * 5000, "\x1b[2J\0", "6210948000000011", "不"])
    yield answer(asked, error={"code": code, "message": message, "data": rng.choice([None, [[]], "x" * 90])})


def reader_error(rng: Random, asked: Message) -> Iterable[Act]:
    yield answer(asked, error={"code": 2, "message": "x" * rng.choice([0, 5000])})


def cancelled(rng: Random, asked: Message) -> Iterable[Act]:
    yield answer(asked, error={"code": 6, "message": "x" * rng.choice([0, 5000])})


def result_that_is_an_error(rng: Random, asked: Message) -> Iterable[Act]:
    yield answer(asked, result={"code": rng.choice([1, 2, 6]), "message": "no"})


def wrong_result(rng: Random, asked: Message) -> Iterable[Act]:
    yield answer(
        asked, result=rng.choice([True, 0, 1.5, [], [None], {"": 0}, {"version": "1"}, [RESULTS["identify"]]])
    )


def wrong_member(rng: Random, asked: Message) -> Iterable[Act]:
    """One member of a value is missing, is what it may not be, or is one too many."""
    result = dict(RESULTS[asked["method"]])
    name = rng.choice(list(result))
    if (way := rng.randrange(3)) == 0:
        del result[name]
    elif way == 1:
        right = type(result[name])
        bad = [None, True, 2**63, -(2**70), 0.5, "x\ud7ff", [0], [[]], {}, {"a": 1}, "0" * 9000]
        result[name] = rng.choice([each for each in bad if type(each) is not right and each is not None])
    else:
        result |= {rng.choice(["", "colour", "__class__", "x" * 100_000]): rng.choice([0, None, "x"])}
    yield answer(asked, result=result)


def request_of_its_own(rng: Random, asked: Message) -> Iterable[Act]:
    method = rng.choice(["card.reset", "card.transmit", "ping", "shutdown", "", "x" * 3000])
    request_id = rng.choice([{"id": 1}, {"id": asked["id"]}, {"id": "c"}, {"id": None}, {}])
    yield line({"jsonrpc": "2.0", **request_id, "method": method, "params": rng.choice([{}, [], None])})


def too_late(rng: Random, asked: Message) -> Iterable[Act]:
    yield 3.1 + 9 * rng.random()
    yield answer(asked)


def silence(rng: Random, asked: Message) -> Iterable[Act]:
    return ()


def drip(rng: Random, asked: Message) -> Iterable[Act]:
    """A byte now and then: the answer is whole only behind the deadline."""
    slow = 3.3 / len(answer(asked)) + rng.random()
    for byte in answer(asked):
        yield slow
        yield bytes([byte])


def endless_line(rng: Random, asked: Message) -> Iterable[Act]:
    return repeat(rng.choice([b"x", b"[", b'"', b" ", b"9"]) * 65_536)


def endless_lines(rng: Random, asked: Message) -> Iterable[Act]:
    return repeat(rng.choice([b"\n", b"{}\n", answer({**asked, "id": 0})]))


def absurd_version(rng: Random, asked: Message) -> Iterable[Act]:
    bad = rng.choice([0, 2, -1, 2**62, 2**64, 1.0, True, "1", None, [1]])
    yield answer(asked, result={"version": bad} if rng.random() < 0.8 else bad)


def pages_without_end(rng: Random, asked: Message) -> Iterable[Act]:
    """Totals that grow, shrink or lie; pages that are empty, too long or slow; values that are big."""
    seen = asked["params"]["skip"]
    value = {"at_ms": 0, "signal": "idle", "text": "x" * rng.choice([0, 0, 9, 9000])}
    size, total = rng.choice(
        [(1, seen + 2), (0, seen + 1), (501, seen + 501), (500, seen + 501), (500, 100_000), (2, 1), (1, -1),
         (0, 100_001), (1, 2**63 - 1)]
    )  # fmt: skip
    yield rng.choice([0.0, 1.9])
    yield answer(asked, result={"total": total, "values": [value] * size})


def card_storm(rng: Random, asked: Message) -> Iterable[Act]:
    apdu = rng.choice(["", "00", "00A40400", "80A8000002830000", "FF" * 300, "00A4040000FFFF"])
    request = {"jsonrpc": "2.0", "id": "c", "method": "card.transmit", "params": {"apdu": apdu}}
    return repeat(line(request if rng.random() < 0.5 else {**request, "method": "card.reset", "params": {}}))


def card_without_end(rng: Random, asked: Message) -> Iterable[Act]:
    """It asks for the card again and again, never too late for its next message."""
    for number in count():
        yield 1.5
        yield line({"jsonrpc": "2.0", "id": number, "method": "card.reset", "params": {}})


def malformed_card_request(rng: Random, asked: Message) -> Iterable[Act]:
    request: dict[str, object] = {"jsonrpc": "2.0", "id": "c", "method": "card.reset", "params": {}}
    changes = [
        {"id": None}, {"id": True}, {"id": "x" * 65}, {"id": 1.5}, {"id": 10**64}, {"method": None},
        {"method": []}, {"params": []}, {"params": None}, {"jsonrpc": "1.0"}, {"more": 1}, {"result": 1},
    ]  # fmt: skip
    yield line(request | rng.choice(changes))


def malformed_apdu(rng: Random, asked: Message) -> Iterable[Act]:
    """Bytes that are no C-APDU, params that are none: the suite answers each, and the card is served."""
    for number in range(rng.randrange(1, 8)):
        apdu = rng.choice(
            ["", "0", "00", "xyz", "00A4040005", "00A40400" + "00" * rng.randrange(300), 7, None]
        )
        params = rng.choice([{"apdu": apdu}, {}, {"apdu": "00A40400", "le": 0}])
        method = rng.choice(["card.transmit", "card.reset", "card.eject", "load"])
        yield line({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    yield answer(asked)


@dataclass(frozen=True)
class Kind:
    """A hostility, the outcomes that it may have (None: what was asked for), and what it is sent to.

    `often` of a thousand drawings are of this kind; those that send megabytes are rarer.
    """

    hostility: Hostility
    outcomes: tuple[type | None, ...] = (TerminalGarbage,)
    methods: tuple[str, ...] = tuple(RESULTS)
    often: int = 20

    @property
    def name(self) -> str:
        return self.hostility.__name__


_G, _H, _D = TerminalGarbage, TerminalHung, TerminalDied
_NOT_CANCEL = tuple(method for method in RESULTS if method != "cancel")  # which any word answers
KINDS = (
    Kind(not_json),
    Kind(any_bytes),
    Kind(nothing_but_ends),
    Kind(truncated),
    Kind(unfinished, (_H,)),
    Kind(left_half_way, (_D,), often=60),
    Kind(bad_utf8),
    Kind(another_encoding),
    Kind(surrogate),
    Kind(control_characters),
    Kind(deep, often=10),
    Kind(wide, often=2),
    Kind(huge_number),
    Kind(huge_string, methods=_NOT_CANCEL, often=5),
    Kind(no_number),
    Kind(twice_a_member),
    Kind(wrong_id, often=60),
    Kind(no_id),
    Kind(another_version_of_json_rpc),
    Kind(batch),
    Kind(result_and_error),
    Kind(more_members),
    Kind(neither),
    Kind(malformed_error, often=40),
    Kind(strange_error, (TerminalRefused,), often=40),
    Kind(reader_error, (ReaderGone,)),
    Kind(cancelled, (TerminalCancelled,)),
    Kind(result_that_is_an_error),
    Kind(wrong_result, often=40),
    Kind(wrong_member, methods=VALUES, often=60),
    Kind(request_of_its_own, methods=tuple(method for method in RESULTS if method != "present"), often=40),
    Kind(too_late, (_H,)),
    Kind(silence, (_H,)),
    Kind(drip, (_H,)),
    Kind(endless_line, often=1),
    Kind(endless_lines),
    Kind(absurd_version, methods=("hello",), often=20),
    Kind(pages_without_end, (_G, _H, None), ("observe",), often=8),
    Kind(card_storm, methods=("present",), often=1),
    Kind(card_without_end, (_H,), ("present",), often=1),
    Kind(malformed_card_request, methods=("present",)),
    Kind(malformed_apdu, (None,), ("present",)),
)


class Mutated:
    """The genuine terminal, of whose lines some come twice, never, in another order or with other bytes."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._kept: list[bytes] = []

    def __call__(self, heard: bytes) -> Iterable[Act]:
        for act in genuine(heard):
            yield from self._changed(act) if isinstance(act, bytes) else [act]

    def _changed(self, whole: bytes) -> Iterator[bytes]:
        rng = self._rng
        way = rng.randrange(12)
        if way == 0:
            return
        if way == 1:
            yield whole
        if way == 2:
            self._kept.append(whole)
            return
        if way == 3:
            flipped = bytearray(whole)
            for _ in range(rng.randrange(1, 4)):
                flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
            whole = bytes(flipped)
        if way == 4:
            start, end = sorted(rng.choices(range(len(whole) + 1), k=2))
            whole = whole[:start] + whole[end:]
        yield from filter(None, [whole, *self._kept])
        self._kept.clear()
