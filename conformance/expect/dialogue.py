"""Expectations about what passed between a card and a terminal (O1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.codec import tlv
from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.codec.dol import Dol, DolError
from conformance.codec.tags import Tag
from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model.run import Exchange

_NO_SUCH_RECORD = bytes.fromhex("6A83")
CRYPTOGRAM_TYPES = {0x10: "TC", 0x20: "ARQC"}


class Dialogue(Protocol):
    """One presentation of a card, with the exchanges that it caused."""

    @property
    def exchanges(self) -> Sequence[Exchange]: ...


def _named(dialogue: Dialogue, command: str) -> list[Exchange]:
    return [e for e in dialogue.exchanges if CommandApdu.decode(e.command).name == command]


def not_sent(dialogue: Dialogue, command: str, *, ref: str) -> bool:
    """The terminal did not send `command`, named as in ISO/IEC 7816-4 or the standard."""
    sent = _named(dialogue, command)
    return judge(
        "command-sent",
        held=not sent,
        ref=ref,
        expected=f"no {command}",
        observed=f"{command} × {len(sent)}",
        where=Where(exchange=sent[0].number) if sent else None,
        arguments={"command": command, "count": len(sent)},
    )


def sent(dialogue: Dialogue, command: str, *, ref: str) -> bool:
    """The terminal sent `command` at least once."""
    found = _named(dialogue, command)
    last = dialogue.exchanges[-1].number if dialogue.exchanges else None
    return judge(
        "command-not-sent",
        held=bool(found),
        ref=ref,
        expected=command,
        observed=f"{len(dialogue.exchanges)} other commands",
        where=Where(exchange=last),
        arguments={"command": command, "count": len(dialogue.exchanges)},
    )


def sent_times(dialogue: Dialogue, command: str, count: int, *, ref: str) -> bool:
    """The terminal sent `command` so many times."""
    found = _named(dialogue, command)
    return judge(
        "command-count-differs",
        held=len(found) == count,
        ref=ref,
        expected=str(count),
        observed=str(len(found)),
        where=Where(exchange=found[-1].number) if found else None,
        arguments={"command": command, "expected": count, "observed": len(found)},
    )


def directory_read(dialogue: Dialogue, *, ref: str) -> bool:
    """Before the first GET PROCESSING OPTIONS the records 1, 2 … were read until the card answered 6A83."""
    before = _until(dialogue.exchanges, "GET PROCESSING OPTIONS")
    read = [each for each in before if CommandApdu.decode(each.command).name == "READ RECORD"]
    numbers = [CommandApdu.decode(each.command).p1 for each in read]
    ended = bool(read) and (read[-1].response or b"")[-2:] == _NO_SUCH_RECORD
    return judge(
        "directory-differs",
        held=ended and numbers == [*range(1, len(numbers) + 1)],
        ref=ref,
        expected="1, 2 … 6A83",
        observed=", ".join(map(str, numbers)) + (" 6A83" if ended else "") if numbers else "none",
        where=Where(exchange=read[-1].number) if read else None,
    )


def _until(exchanges: Sequence[Exchange], command: str) -> Sequence[Exchange]:
    """The exchanges before the first `command`; all of them where it was not sent."""
    names = [CommandApdu.decode(each.command).name for each in exchanges]
    return exchanges[: names.index(command)] if command in names else exchanges


def cryptogram(dialogue: Dialogue, kind: str, *, ref: str) -> bool:
    """The card's answer to GET PROCESSING OPTIONS carried a TC, an ARQC or an AAC (CVR, PB-7.3)."""
    answers = [e for e in _named(dialogue, "GET PROCESSING OPTIONS") if e.response is not None]
    observed = _cryptogram_type(answers[-1]) if answers else "no answer to GET PROCESSING OPTIONS"
    return judge(
        "cryptogram-differs",
        held=observed == kind,
        ref=ref,
        expected=kind,
        observed=observed,
        where=Where(exchange=answers[-1].number, path="77/9F10") if answers else None,
        arguments={"expected": kind, "observed": observed},
    )


def _cryptogram_type(exchange: Exchange) -> str:
    answer = ResponseApdu.decode(exchange.response or b"")
    if not answer.ok:
        return str(answer.sw)
    try:
        iad = tlv.decode_one(answer.data).find(Tag.ISSUER_APPLICATION_DATA)
    except tlv.TlvError as error:
        return f"malformed answer: {error}"
    if iad is None or len(iad.value) < 5:
        return "no 9F10"
    return CRYPTOGRAM_TYPES.get(iad.value[4] & 0x30, "AAC")


def told_card(dialogue: Dialogue, tag: str, value: str, *, ref: str) -> bool:
    """GET PROCESSING OPTIONS gave the card this value, in hex, of an object that its PDOL asks for."""
    observed = _pdol_values(dialogue).get(int(tag, 16))
    gpo = _named(dialogue, "GET PROCESSING OPTIONS")
    return judge(
        "value-differs",
        held=observed == bytes.fromhex(value),
        ref=ref,
        expected=value,
        observed="absent" if observed is None else observed.hex().upper(),
        where=Where(exchange=gpo[-1].number) if gpo else None,
        arguments={"what": f"{tag} in GET PROCESSING OPTIONS"},
    )


def _pdol_values(dialogue: Dialogue) -> dict[int, bytes]:
    """What the last GET PROCESSING OPTIONS carried, by tag, cut as the FCI's PDOL says."""
    selected = [each for each in _named(dialogue, "SELECT") if each.response is not None]
    gpo = _named(dialogue, "GET PROCESSING OPTIONS")
    if not selected or not gpo:
        return {}
    try:
        fci = tlv.decode_one(ResponseApdu.decode(selected[-1].response or b"").data)
        pdol = fci.find(Tag.PDOL)
        given = tlv.decode_one(CommandApdu.decode(gpo[-1].command).data).value
        listed = Dol.parse(pdol.value).entries if pdol else ()
    except (tlv.TlvError, DolError):
        return {}
    values, start = {}, 0
    for entry in listed:
        values[entry.tag] = given[start : start + entry.length]
        start += entry.length
    return values


def sent_before_last_record(dialogue: Dialogue, command: str, *, ref: str) -> bool:
    """The terminal sent `command`, and read a record after every one of them: there the card commits."""
    names = [CommandApdu.decode(each.command).name for each in dialogue.exchanges]
    written = [place for place, name in enumerate(names) if name == command]
    read = [place for place, name in enumerate(names) if name == "READ RECORD"]
    return judge(
        "order-differs",
        held=bool(written) and bool(read) and written[-1] < read[-1],
        ref=ref,
        expected=f"{command}, then READ RECORD",
        observed=", ".join(name for name in names if name in (command, "READ RECORD")) or "neither",
        arguments={"what": command},
    )


def data_length(dialogue: Dialogue, command: str, length: int, *, ref: str) -> bool:
    """The last `command` of the dialogue carried so many bytes of data."""
    sizes = [len(CommandApdu.decode(each.command).data) for each in _named(dialogue, command)]
    return judge(
        "value-differs",
        held=sizes[-1:] == [length],
        ref=ref,
        expected=str(length),
        observed=str(sizes[-1]) if sizes else "not sent",
        arguments={"what": f"data of {command}"},
    )
