"""Sessions that other tools overheard, each format known by its content and never by a file's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.record.spied import dialogue, pcap, pcsc_spy, proxmark
from conformance.record.spied.joined import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.model.run import Exchange


@dataclass(frozen=True, slots=True)
class Reader:
    """A format by its name: whether a file is in it, and the exchanges of one that is.

    `times` says what it knows of an exchange: "start and duration", "duration", "end", or "none".

    `exchanges` takes the bytes and the name that errors begin with; it raises SessionError.
    """

    name: str
    times: str
    knows: Callable[[bytes], bool]
    exchanges: Callable[[bytes, str], Iterable[Exchange]]

    def read(self, raw: bytes, name: str) -> tuple[Exchange, ...]:
        """The exchanges numbered from 1, those joined that T=0 took apart."""
        return joined(self.exchanges(raw, name))


READERS = (
    Reader("pcap", "end", pcap.knows, pcap.exchanges),
    Reader("pcsc-spy", "duration", pcsc_spy.knows, pcsc_spy.exchanges),
    Reader("proxmark3", "start and duration", proxmark.knows, proxmark.exchanges),
    Reader("dialogue", "none", dialogue.knows, dialogue.exchanges),
)


def reader_of(raw: bytes) -> Reader | None:
    """The first reader that knows the content; None where none does, as for a session in JSON."""
    return next((reader for reader in READERS if reader.knows(raw)), None)
