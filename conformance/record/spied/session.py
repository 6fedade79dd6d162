"""Reads a recorded session, with the exact place of errors.

The own format is `{"exchanges": [{"c": "00A4…", "r": "6F…9000"}, …]}`; other members are for people. What
other tools overheard is known by its content (`spied`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.model.run import Exchange
from conformance.record import spied
from conformance.record.spied.session_error import SessionError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Overheard:
    """A session file as read: its bytes, its format by name, what it knows of time, its exchanges."""

    raw: bytes
    format: str
    times: str
    exchanges: tuple[Exchange, ...]


def read_session(path: Path) -> tuple[Exchange, ...]:
    """The exchanges of a session file; without "r", or null, the card did not answer."""
    return overheard(path).exchanges


def overheard(path: Path) -> Overheard:
    """Read a session file in any format; SessionError with the place where it breaks, OSError."""
    found = _overheard(path, path.read_bytes())
    if not found.exchanges:
        raise SessionError(f"{path}: no exchange in it")
    return found


def _overheard(path: Path, raw: bytes) -> Overheard:
    if (reader := spied.reader_of(raw)) is not None:
        exchanges = reader.read(raw, str(path))
        timed = any(each.at or each.duration for each in exchanges)  # a table over contacts has no times
        return Overheard(raw, reader.name, reader.times if timed else "none", exchanges)
    return Overheard(raw, "json", "none", _written(path, raw))


def _written(path: Path, raw: bytes) -> tuple[Exchange, ...]:
    try:
        document = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SessionError(f"{path}: byte {error.start}: not UTF-8") from None
    except RecursionError:
        raise SessionError(f"{path}: nested too deeply for a session") from None
    except json.JSONDecodeError as error:
        raise SessionError(_no_session(path, raw, error)) from None
    except ValueError as error:  # a number of thousands of digits
        raise SessionError(f"{path}: {error}") from None
    listed = document.get("exchanges") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise SessionError(f'{path}: a session is an object with a list "exchanges"')
    return tuple(_exchange(path, number, each) for number, each in enumerate(listed, 1))


def _no_session(path: Path, raw: bytes, error: json.JSONDecodeError) -> str:
    """Where JSON goes wrong; what a session can be, for a file that is not even JSON."""
    if raw.lstrip()[:1] in (b"{", b"["):
        return f"{path}: line {error.lineno}, column {error.colno}: {error.msg}"
    known = ", ".join(reader.name for reader in spied.READERS)
    return f"{path}: no session in a known format; those are: {known}, a run's record, JSON"


def _exchange(path: Path, number: int, item: Any) -> Exchange:
    place = f"{path}: exchange {number}"
    if not isinstance(item, dict):
        raise SessionError(f'{place}: not an object with "c" and "r"')
    if unknown := sorted(item.keys() - {"c", "r"}):
        raise SessionError(f'{place}: unknown member "{unknown[0]}"; an exchange has "c" and "r"')
    if "c" not in item:
        raise SessionError(f'{place}: no "c"')
    command, response = _bytes(place, "c", item["c"]), item.get("r")
    answered = None if response is None else _bytes(place, "r", response)
    return Exchange(number, command, answered, "mute" if answered is None else "answered", 0, 0)


def _bytes(place: str, member: str, value: Any) -> bytes:
    if not isinstance(value, str):
        raise SessionError(f'{place}, "{member}": hex digits in quotes, not {value!r}')
    try:
        return bytes.fromhex(value)
    except ValueError as error:
        raise SessionError(f'{place}, "{member}": {error}') from None
