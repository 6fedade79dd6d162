"""What a person saw, as the values that a terminal shows, and what a person cannot see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from conformance.codec.values import fen
from conformance.link.outcomes import NotOffered
from conformance.model.operator import Entry, Line
from conformance.model.terminal import Indication, Movement, QueueEntry, Receipt, TransactionRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a person can be asked for, by the letters of the sector facts; the bench says where it is seen.
LETTERS = ("O2", "O4", "O5", "O6", "O7", "O8")
MOST_RECORDS = 4
THERE, NOT_THERE, NEVER = STANDS = ("stands there", "does not stand there", "this terminal never shows it")
NOTHING = "nothing"
QUEUES = ("upload", "reversal")

_SIGNALS = ("accepted", "declined", "present-again", "one-card", "do-not-repeat")
_SLOT = ("enter-pin", "wrong-pin", "insert-card", "out-of-paper")
_COLOURS = (NOTHING, "green", "red", "yellow", "blue")
_SOUNDS = (NOTHING, "one tone", "two tones", "three tones", "long tone", "voice")
_MOVEMENTS = ("stays-closed", "opens", "opens-and-closes")
_POSITIONS = {"stays-closed": (), "opens": ("open",), "opens-and-closes": ("open", "closed")}
_KINDS = ("sale", "declined", "blacklist-hit", "exception", "entry", "passage", "other")


class Untimed(int):
    """A time of which a person tells no milliseconds: it can be written down, and not compared."""

    def _refuse(self, _other: object) -> NoReturn:
        raise NotOffered("times in milliseconds")

    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __sub__ = __rsub__ = _refuse


class AskedDetails(Mapping[str, str]):
    """Details of a record that are asked for when a case looks at them, and only then.

    `ask` brings None for a detail that the record has not.
    """

    def __init__(self, ask: Callable[[str], str | None]) -> None:
        self._ask = ask
        self._asked: dict[str, str | None] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._asked:
            self._asked[name] = self._ask(name)
        if (value := self._asked[name]) is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __deepcopy__(self, _copied: dict[int, Any]) -> dict[str, str]:
        """As plain values, for whoever notes the record: what is known by then."""
        return self._known

    @property
    def _known(self) -> dict[str, str]:
        return {name: value for name, value in self._asked.items() if value is not None}


class AskedParameters:
    """Parameters in force (O8), each asked for when a case looks at it: no terminal shows them all."""

    def __init__(self, ask: Callable[[Entry], str | None]) -> None:
        self._ask = ask
        self.others = AskedDetails(lambda name: ask(looked_up(name, "text", "O8")))

    @property
    def blacklist_version(self) -> int:
        return int(self._needed("blacklist version", "count"))

    @property
    def blacklist_entries(self) -> int:
        return int(self._needed("blacklist entries", "count"))

    @property
    def fare(self) -> int:
        return fen(self._needed("fare", "amount"))

    @property
    def capk_indices(self) -> tuple[str, ...]:
        return tuple(self._needed("indices of the CA keys", "text").replace(",", " ").split())

    def _needed(self, name: str, kind: str) -> str:
        value = self._ask(looked_up(name, kind, "O8"))
        if value is None:
            raise NotOffered(f"a sight of the {name}")
        return value


def looked_up(name: str, kind: str, group: str) -> Entry:
    """One value that is looked up by its name."""
    return Entry("value", kind, Line("entry.value", {"name": name}), optional=True, group=group)


def whether(entry: Entry) -> Entry:
    """Whether that value stands there at all: no terminal shows everything."""
    return Entry("stands", "choice", Line("entry.stands", entry.label.arguments), STANDS, group=entry.group)


def entries(shows: Mapping[str, str], interface: str | None) -> tuple[Entry, ...]:
    """What is to be filled in after an act; `interface` is None where no card was presented."""
    asked: list[Entry] = []
    if "O5" in shows:
        asked += _indication(interface)
    if "O6" in shows:
        asked.append(Entry("movement", "choice", Line("entry.movement"), _MOVEMENTS, group="O6"))
    if "O7" in shows:
        asked += (
            Entry("receipt", "choice", Line("entry.receipt"), (NOTHING, "whole", "cut short"), group="O7"),
            Entry("lines", "lines", Line("entry.lines"), optional=True, group="O7"),
        )
    if "O2" in shows:
        counts = tuple(str(number) for number in range(MOST_RECORDS + 1))
        asked.append(Entry("records", "choice", Line("entry.records"), counts, group="O2"))
        for number in range(1, MOST_RECORDS + 1):
            asked += _record(number)
    return tuple(asked)


def _indication(interface: str | None) -> Iterator[Entry]:
    signals = (*_SIGNALS, *(_SLOT if interface == "contact" else ()), NOTHING)
    yield Entry("signal", "choice", Line("entry.signal"), signals, group="O5")
    yield Entry("then", "choice", Line("entry.then"), signals, optional=True, group="O5")
    yield Entry("text", "text", Line("entry.text"), optional=True, group="O5")
    yield Entry("balance", "amount", Line("entry.balance"), optional=True, group="O5")
    yield Entry("amount", "amount", Line("entry.amount"), optional=True, group="O5")
    yield Entry("colour", "choice", Line("entry.colour"), _COLOURS, optional=True, group="O5")
    yield Entry("sound", "choice", Line("entry.sound"), _SOUNDS, optional=True, group="O5")


def _record(number: int) -> Iterator[Entry]:
    told, shown = {"number": str(number)}, ("records", number)
    parts = (("kind", "choice", _KINDS), ("amount", "amount", ()), ("number", "count", ()))
    for name, kind, choices in parts:
        label = Line(f"entry.record-{name}", told)
        yield Entry(f"record{number}-{name}", kind, label, choices, group="O2", least=shown)


def queue_entries() -> tuple[Entry, ...]:
    """How many wait in each queue (O4)."""
    return tuple(Entry(name, "count", Line(f"entry.queue-{name}"), group="O4") for name in QUEUES)


def queued(values: Mapping[str, str]) -> list[QueueEntry]:
    """So many entries in each queue; a person sees their number, not their references."""
    return [QueueEntry(name, "", "pending") for name in QUEUES for _ in range(int(values[name]))]


def indications(values: Mapping[str, str], at: Untimed) -> Iterator[Indication]:
    """One for each signal in the order in which they were seen; the text belongs to the last."""
    signals = [values.get(name, NOTHING) for name in ("signal", "then")]
    shown = [signal for signal in signals if signal not in ("", NOTHING)]
    balance = values.get("balance", "")
    for place, signal in enumerate(shown, 1):
        last = place == len(shown)
        text = values.get("text", "") if last else ""
        yield Indication(at, signal, text, fen(balance) if last and balance else None)


def movements(values: Mapping[str, str], at: Untimed) -> Iterator[Movement]:
    for position in _POSITIONS[values.get("movement", "stays-closed")]:
        yield Movement(at, position)


def receipts(values: Mapping[str, str], at: Untimed) -> Iterator[Receipt]:
    kind = values.get("receipt", NOTHING)
    if kind != NOTHING:
        yield Receipt(at, tuple(values.get("lines", "").splitlines()), whole=kind == "whole")


def records(
    values: Mapping[str, str], at: Untimed, ask: Callable[[str, str], str | None]
) -> Iterator[TransactionRecord]:
    """The records that came; `ask` is told a record's number and asked for one of its details."""
    for place in range(1, int(values.get("records", "0")) + 1):
        kind, amount, number = (values[f"record{place}-{name}"] for name in ("kind", "amount", "number"))
        details = AskedDetails(partial(ask, number))
        yield TransactionRecord(int(number), kind, at, "", fen(amount), details=details)


def outcome(signals: Sequence[Indication], *, told: bool) -> str:
    """What came of a presentation, as far as the cardholder was told."""
    ends = {"accepted": "completed", "declined": "declined", "present-again": "lost"}
    last = signals[-1].signal if signals else ""
    return ends.get(last, "ignored" if told else "completed")
