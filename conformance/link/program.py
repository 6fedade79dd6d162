"""A terminal that is a program reading PC/SC and knows nothing of us: started once for each presentation.

The card is put into a reader, the program is run with amount and reader in its words, and what it shows is
read from what it prints. One that takes {told} gets a file with all that a case tells a terminal. What it
cannot be told or cannot show raises NotOffered, which accuses nobody.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar, cast

from conformance.codec.values import yuan
from conformance.link import shown, started
from conformance.link.message import unstructured
from conformance.link.outcomes import NotOffered, TerminalDied, TerminalHung
from conformance.link.t0 import T0Card
from conformance.model.terminal import (
    Blacklist,
    Fault,
    Indication,
    Operation,
    Parameters,
    Presentation,
    Stripe,
    TerminalIdentity,
    TransactionRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.link.card import CardLink
    from conformance.link.control.client import Field
    from conformance.link.said import Said

T = TypeVar("T")

_WORDS: Mapping[str, tuple[str, ...]] = {"amount": ("amount", "fen"), "date": ("date",)}
_CARRIED = {"fare": "amount", "date_time": "date", "capks": "capks", "sm_capks": "capks"}
PRESET = ("amount", "date", "capks")


@dataclass(frozen=True, slots=True)
class PcscProgram:
    """How the program is run: words with {amount} (yuan), {fen}, {date} and {told} still in them.

    `preset` names what it was set to by hand, or what makes no difference to it: "amount", "date", "capks".
    `completed` is found in its output when the transaction was done; without it, its ending with 0 says so.
    """

    command: tuple[str, ...]
    within_s: float = 30.0
    preset: frozenset[str] = frozenset()
    completed: str | None = None
    record: shown.Pattern | None = None
    indication: shown.Pattern | None = None

    @property
    def takes_all(self) -> bool:
        """True when it is given the file that holds all that it is told."""
        return self.tells("told")

    def tells(self, blank: str) -> bool:
        """True when its words have this blank."""
        return any(f"{{{blank}}}" in word for word in self.command)

    @property
    def offers(self) -> tuple[str, ...]:
        """The letters of what its output shows."""
        records = self.record is not None and self.record.names >= shown.RECORD_NEEDS
        return tuple(
            letter for letter, is_shown in (("O2", records), ("O5", self.indication is not None)) if is_shown
        )


class ProgramTerminal:
    """Implements `link.terminal.TerminalLink` with such a program.

    `noticed` returns once the card in `field` is seen by whoever looks; `said` takes what the program prints.
    """

    def __init__(
        self,
        program: PcscProgram,
        identity: TerminalIdentity,
        field: Field,
        noticed: Callable[[], object],
        said: Said,
    ) -> None:
        self._program = program
        self._identity = identity
        self._field = field
        self._noticed = noticed
        self._said = said
        self._started = time.monotonic()
        self._amount = 0
        self._date: str | None = None
        self._parameters: dict[str, Any] = {}
        self._sale: Operation | None = None
        self._records: list[TransactionRecord] = []
        self._indications: list[Indication] = []

    def identify(self) -> TerminalIdentity:
        return self._identity

    def load(self, parameters: Parameters) -> None:
        """Keep what the program is told; NotOffered for what it cannot be."""
        self._parameters |= {
            name: value for name, value in unstructured(parameters).items() if value is not None
        }
        for name in (each.name for each in fields(parameters)):
            value = getattr(parameters, name)
            if value is not None and not _is_empty(value):
                self._keep(name, value)

    def operate(self, operation: Operation) -> None:
        """Operations: "sale", of which words carry the amount alone; "idle", which it is without a card."""
        match operation.name:
            case "idle":
                self._sale = None
            case "sale" if self._program.takes_all or set(operation.arguments) == {"amount"}:
                self._sale = operation
                self._keep("fare", int(operation.arguments["amount"]))
            case name:
                told = ", ".join((name, *operation.arguments))
                raise NotOffered(f"this program cannot be told to do that: {told}")

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:  # noqa: ARG002  one slot
        """Put the card in, run the program to its end, take the card out, read what it printed."""
        before = self._said.count
        began, asked = self._now(), _AskedCard(card)
        self._field.plug(T0Card(asked))
        try:
            self._noticed()
            status = self._ran()
        finally:
            self._field.unplug()
        ended, self._sale = self._now(), None
        if status is None:
            raise TerminalHung(f"the program did not end within {self._program.within_s:g} s")
        if status < 0:
            raise TerminalDied(f"the program {started.ended_with(status)}")
        if not asked.count:
            raise NotOffered(self._silence(status))
        output = self._said.since(before)
        self._read(output, ended)
        return Presentation(began, ended, "completed" if self._is_completed(output, status) else "declined")

    def swipe(self, stripe: Stripe) -> Presentation:  # noqa: ARG002  it has no such reader
        raise NotOffered("this program reads no stripe")

    def observe(self, kind: type[T]) -> Sequence[T]:
        held: Mapping[type, Sequence[Any]] = {
            TransactionRecord: self._records,
            Indication: self._indications,
        }
        return cast("Sequence[T]", tuple(held.get(kind, ())))

    def disturb(self, fault: Fault) -> None:
        raise NotOffered(f"nothing brings about {fault.name} in this program")

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def alive(self) -> bool:
        """What is started anew for each card is as alive as this process."""
        return True

    def _silence(self, status: int) -> str:
        """A program that never came to the card has shown nothing, be it set up wrongly or right."""
        line = self._said.last_line()
        ended = f"the program {started.ended_with(status)} and asked the card nothing"
        return f"{ended}; it said last: {line}" if line else f"{ended}, nor did it say anything"

    def _keep(self, name: str, value: Any) -> None:
        carried = _CARRIED.get(name)
        if carried == "amount":
            self._amount = value
        elif carried == "date":
            self._date = datetime.fromisoformat(value).date().isoformat()
        told = any(self._program.tells(blank) for blank in _WORDS.get(carried or "", ()))
        if not (self._program.takes_all or told or carried in self._program.preset):
            raise NotOffered(f"this program cannot be told {name.replace('_', ' ')}")

    def _ran(self) -> int | None:
        """Run the program to its end; its exit status, None where it had to be ended."""
        with TemporaryDirectory(prefix="conformance-told-") as folder:
            path = Path(folder) / "told.json"
            path.write_text(json.dumps(self._told(), ensure_ascii=False), encoding="utf-8")
            program = started.launched(self._command(path))
            return started.finished(program, self._program.within_s, self._said)

    def _told(self) -> Mapping[str, Any]:
        """All that the case told the terminal, with the members of the control protocol."""
        sale = Operation("sale", {"amount": str(self._amount)}) if self._sale is None else self._sale
        return {"parameters": self._parameters, "operation": unstructured(sale)}

    def _command(self, told: Path) -> list[str]:
        date = self._date or datetime.now().astimezone().date().isoformat()
        filled = {"amount": yuan(self._amount), "fen": self._amount, "date": date, "told": told}
        return [word.format_map(filled) for word in self._program.command]

    def _read(self, output: str, at_ms: int) -> None:
        if self._program.record is not None:
            found = self._program.record.read(output)
            if found is not None:
                when = datetime.now().astimezone().replace(tzinfo=None, microsecond=0).isoformat()
                self._records.append(shown.record(found, len(self._records) + 1, at_ms, when))
        if self._program.indication is not None:
            seen = self._program.indication.read(output)
            if seen is not None:
                self._indications.append(shown.indication(seen, at_ms))

    def _is_completed(self, output: str, status: int) -> bool:
        if self._program.completed is None:
            return status == 0
        return shown.matches(self._program.completed, output)

    def _now(self) -> int:
        return round((time.monotonic() - self._started) * 1000)


class _AskedCard:
    """A card link that counts what it is asked."""

    def __init__(self, card: CardLink) -> None:
        self._card = card
        self.count = 0

    def reset(self) -> bytes:
        return self._card.reset()

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        self.count += 1
        return self._card.exchange(command)


def _is_empty(value: object) -> bool:
    """A blacklist without entries is what the program has anyway."""
    return isinstance(value, Blacklist) and not value.pans and not value.ranges
