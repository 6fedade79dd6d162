"""A transaction as it was overheard: what card and terminal said, cut out of a stream of exchanges (O1).

Nothing is asked and nothing judged here; the judgements are in `heard_terminal` and `heard_card`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.afl import Afl, AflError
from conformance.codec.apdu import ApduError, CommandApdu, ResponseApdu
from conformance.codec.dol import Dol, DolError
from conformance.codec.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.codec.tlv import Tlv
    from conformance.model.run import Exchange

DIRECTORIES = (b"1PAY.SYS.DDF01", b"2PAY.SYS.DDF01")  # over contacts, in the field (PB-1)
_WARNED = 0x6283  # SELECT of a blocked application answers with its FCI all the same
_KINDS = {0x00: "AAC", 0x40: "TC", 0x80: "ARQC"}
_KIND = 0xC0
_GPO, _GENERATE = "GET PROCESSING OPTIONS", "GENERATE AC"


@dataclass(frozen=True)
class Said:
    """One exchange taken apart; `answer` is None where the card said nothing."""

    exchange: Exchange
    command: CommandApdu
    answer: ResponseApdu | None

    @property
    def number(self) -> int:
        return self.exchange.number

    @property
    def ok(self) -> bool:
        return self.answer is not None and self.answer.ok

    @cached_property
    def objects(self) -> tuple[Tlv, ...]:
        """The data objects of the answer; none where it has none, or they do not decode."""
        try:
            return tuple(tlv.decode(self.answer.data)) if self.answer is not None else ()
        except tlv.TlvError:
            return ()

    def value(self, tag: int) -> bytes | None:
        """The value of a data object anywhere in the answer."""
        found = (each if each.tag == tag else each.find(tag) for each in self.objects)
        return next((each.value for each in found if each is not None), None)

    @property
    def place(self) -> tuple[int, int]:
        """SFI and record of a READ RECORD."""
        return self.command.p2 >> 3, self.command.p1

    @property
    def asked(self) -> str:
        """The kind of cryptogram that a GENERATE AC asks for."""
        return _KINDS.get(self.command.p1 & _KIND, "RFU")

    @property
    def information(self) -> int | None:
        """The CID in an answer to GENERATE AC, in either format (PB-11.2)."""
        row = self.value(Tag.RESPONSE_TEMPLATE_1) or self.value(Tag.CID)
        return row[0] if row else None

    @property
    def given(self) -> str | None:
        """The kind of cryptogram that the card gave."""
        return None if self.information is None else _KINDS.get(self.information & _KIND, "RFU")


@dataclass(frozen=True)
class Heard:
    """One transaction: from its directory, or the selection of its application, until the next one's."""

    said: tuple[Said, ...]

    @property
    def exchanges(self) -> Sequence[Exchange]:
        return [each.exchange for each in self.said]

    def named(self, command: str) -> Sequence[Said]:
        """Every exchange of this command, by the name of ISO/IEC 7816-4 or the standard."""
        return [each for each in self.said if each.command.name == command]

    def holds(self, command: str) -> bool:
        """True when the card answered this command with 9000 at least once."""
        return any(each.ok for each in self.named(command))

    @property
    def directory(self) -> Said | None:
        """The selection of PSE or PPSE."""
        return next((each for each in self.named("SELECT") if each.command.data in DIRECTORIES), None)

    @cached_property
    def selected(self) -> Said | None:
        """The application's last selection before it was initiated."""
        initiated = self.initiated
        chosen = [
            each
            for each in self.named("SELECT")
            if each.command.data not in DIRECTORIES
            and (each.ok or (each.answer is not None and each.answer.sw == _WARNED))
            and (initiated is None or each.number < initiated.number)
        ]
        return chosen[-1] if chosen else None

    @cached_property
    def initiated(self) -> Said | None:
        """The GET PROCESSING OPTIONS that the card answered, else the last one."""
        found = self.named(_GPO)
        return next((each for each in found if each.ok), found[-1] if found else None)

    @cached_property
    def pdol(self) -> Dol | None:
        """What the application asks for with GPO; empty without a 9F38, None where it is no list."""
        if self.selected is None:
            return None
        return parsed(self.selected.value(Tag.PDOL) or b"")

    @property
    def in_field(self) -> bool:
        """Contactless: the PPSE was selected, or the application asks for the TTQ (PB-7.2)."""
        asks = self.pdol is not None and any(entry.tag == Tag.TTQ for entry in self.pdol.entries)
        return asks or (self.directory is not None and self.directory.command.data == DIRECTORIES[1])

    @cached_property
    def options(self) -> Mapping[int, bytes]:
        """The objects of the answer to GPO, by tag; AIP and AFL also out of format 1."""
        if self.initiated is None or not self.initiated.ok or len(self.initiated.objects) != 1:
            return {}
        answer = self.initiated.objects[0]
        if answer.tag == Tag.RESPONSE_TEMPLATE_1:
            return {Tag.AIP: answer.value[:2], Tag.AFL: answer.value[2:]}
        return {each.tag: each.value for each in answer.children}

    @cached_property
    def afl(self) -> Afl | None:
        """The records that the card named; None without an AFL that is one."""
        try:
            return Afl.parse(self.options[Tag.AFL])
        except (KeyError, AflError):
            return None

    @property
    def records(self) -> Sequence[Said]:
        """Every READ RECORD behind GPO: before it stand those of a directory, and of a log."""
        start = self.initiated
        return [] if start is None else [e for e in self.named("READ RECORD") if e.number > start.number]

    @cached_property
    def shown(self) -> Mapping[int, bytes]:
        """What the card gave in answer to GPO and in its records, by tag, the first of each."""
        values = dict(self.options)
        for record in self.records:
            for template in record.objects:
                for each in template.children:
                    values.setdefault(each.tag, each.value)
        return values

    @property
    def generations(self) -> Sequence[Said]:
        """Every GENERATE AC."""
        return self.named(_GENERATE)


def parsed(raw: bytes) -> Dol | None:
    """A data object list; None for bytes that are none."""
    try:
        return Dol.parse(raw)
    except DolError:
        return None


def transactions(exchanges: Iterable[Exchange]) -> tuple[Heard, ...]:
    """Cut a stream of exchanges where a directory is selected, or an application anew after a GPO.

    Bytes that are no command belong to nobody and are left out.
    """
    cut: list[list[Said]] = []
    initiated = begun = False
    for exchange in exchanges:
        said = _said(exchange)
        if said is None:
            continue
        if said.command.name == "SELECT":
            names_directory = said.command.data in DIRECTORIES
            if initiated or not begun or names_directory:
                cut.append([])
                initiated, begun = False, True
        elif not cut:
            cut.append([])
        initiated = initiated or said.command.name == _GPO
        cut[-1].append(said)
    return tuple(Heard(tuple(each)) for each in cut)


def _said(exchange: Exchange) -> Said | None:
    try:
        command = CommandApdu.decode(exchange.command)
    except ApduError:
        return None
    response = exchange.response
    answer = ResponseApdu.decode(response) if response is not None and len(response) >= 2 else None
    return Said(exchange, command, answer)
