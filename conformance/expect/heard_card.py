"""What a card answered in transactions that were overheard.

Each expectation is evaluated once for every transaction, or every answer, that says something about it.
Answers to commands that no terminal may send are passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.afl import Afl, AflError
from conformance.codec.tags import Tag
from conformance.codec.values import Track2
from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.expect.heard import Heard, Said

_RANKS = {"AAC": 0, "ARQC": 1, "TC": 2}  # a card may give less than it is asked for, never more (PB-11.1)
_ROW = 13  # format 1: CID, ATC, AC, and 9F10 of two bytes at least (PB-11.2)
_TEMPLATE_UP_TO_SFI = 10  # EMV Book 3 5.3.2
_DECISION = 0x30  # of CVR byte 2 (PB-4.3)
_DECISIONS = {0x10: "TC", 0x20: "ARQC"}
_QPBOC = (Tag.AIP, Tag.ATC, Tag.AC, Tag.ISSUER_APPLICATION_DATA, Tag.TRACK2)  # PB-7.3
_MANDATORY = (Tag.EXPIRATION_DATE, Tag.PAN, Tag.CDOL1, Tag.CDOL2)  # EMV Book 3 7.2


def application_told(heard: Sequence[Heard], *, ref: str) -> None:
    """SELECT is answered with one FCI, 6F with 84 and A5, whose 84 begins with what was asked for."""
    for each in heard:
        if each.selected is None:
            continue
        said, asked = each.selected, each.selected.command.data
        name = said.value(Tag.DF_NAME)
        whole = _one(said, Tag.FCI_TEMPLATE) and said.value(Tag.FCI_PROPRIETARY_TEMPLATE) is not None
        judge(
            "df-name-differs",
            held=whole and name is not None and name.startswith(asked),
            ref=ref,
            expected=f"6F, in it A5, and 84 from {asked.hex().upper()} on",
            observed=said.answer.data.hex().upper() if said.answer is not None else "nothing",
            where=Where(exchange=said.number, path="6F/84"),
        )


def options_told(heard: Sequence[Heard], *, ref: str) -> None:
    """GET PROCESSING OPTIONS is answered with two bytes of AIP and an AFL, in format 80 or 77."""
    for said, each in _initiated(heard):
        fault = _fault(each)
        judge(
            "response-malformed",
            held=not fault,
            ref=ref,
            expected="AIP of two bytes, and an AFL",
            observed=fault or "both",
            where=Where(exchange=said.number, path="94"),
        )


def _fault(heard: Heard) -> str:
    """What is wrong with AIP and AFL; nothing when they are as they should be."""
    if len(heard.options.get(Tag.AIP, b"")) != 2:
        return f"AIP {heard.options.get(Tag.AIP, b'').hex().upper() or 'absent'}"
    try:
        Afl.parse(heard.options.get(Tag.AFL, b""))
    except AflError as error:
        return f"AFL {error}"
    return ""


def cryptogram_told(heard: Sequence[Heard], *, ref: str) -> None:
    """The answer to GPO in qPBOC holds 82, 9F36, 9F26, 9F10 and 57, and with a TC an AFL (PB-7.3)."""
    for said, each in _initiated(heard):
        wanted = (*_QPBOC, Tag.AFL) if _decision(each) == "TC" else _QPBOC
        missing = next((tag for tag in wanted if tag not in each.options), None)
        judge(
            "tag-missing",
            held=missing is None,
            ref=ref,
            expected=", ".join(map(tlv.tag_hex, wanted)),
            observed="absent" if missing is not None else "present",
            where=Where(exchange=said.number, path="77"),
            arguments={"tag": tlv.tag_hex(missing if missing is not None else wanted[0])},
        )


def _initiated(heard: Sequence[Heard]) -> Iterator[tuple[Said, Heard]]:
    for each in heard:
        if each.initiated is not None and each.initiated.ok:
            yield each.initiated, each


def _decision(heard: Heard) -> str:
    """What the CVR says of the cryptogram in the answer to GPO."""
    data = heard.options.get(Tag.ISSUER_APPLICATION_DATA, b"")
    return _DECISIONS.get(data[4] & _DECISION, "AAC") if len(data) > 4 else ""


def records_whole(heard: Sequence[Heard], *, ref: str) -> None:
    """Every record of the AFL that was read is one template 70 with objects in it."""
    for each in heard:
        listed = {(sfi, record) for sfi, record, _ in each.afl.records()} if each.afl is not None else set()
        for said in each.records:
            if said.place not in listed or said.place[0] > _TEMPLATE_UP_TO_SFI or said.answer is None:
                continue
            judge(
                "response-malformed",
                held=said.ok and _one(said, Tag.READ_RECORD_TEMPLATE) and bool(said.objects[0].children),
                ref=ref,
                expected="70 with data objects, 9000",
                observed=f"{said.answer.data[:8].hex().upper()}… {said.answer.sw}",
                where=Where(exchange=said.number, path="70"),
            )


def _one(said: Said, tag: int) -> bool:
    return len(said.objects) == 1 and said.objects[0].tag == tag


def mandatory_objects(heard: Sequence[Heard], *, ref: str) -> None:
    """What the AFL names holds 5F24, 5A, 8C and 8D, judged where all of it was read (EMV Book 3 7.2)."""
    for each in heard:
        listed = [(sfi, record) for sfi, record, _ in each.afl.records()] if each.afl is not None else []
        if not listed or not {said.place for said in each.records}.issuperset(listed):
            continue
        missing = next((tag for tag in _MANDATORY if tag not in each.shown), None)
        judge(
            "tag-missing",
            held=missing is None,
            ref=ref,
            expected=", ".join(map(tlv.tag_hex, _MANDATORY)),
            observed="present" if missing is None else "absent",
            where=Where(exchange=each.records[-1].number, path="70"),
            arguments={"tag": tlv.tag_hex(missing if missing is not None else _MANDATORY[0])},
        )


def never_more_than_asked(heard: Sequence[Heard], *, ref: str) -> None:
    """The CID gives what GENERATE AC asked for or less; the CVR of 9F10 says the same of the first one."""
    for each in heard:
        for place, said in enumerate(each.generations):
            if said.asked not in _RANKS or not said.ok:
                continue
            given, told = said.given or "no CID", _told(said)
            first = place == 0 and told is not None
            held = given in _RANKS and _RANKS[given] <= _RANKS[said.asked] and (not first or told == given)
            judge(
                "card-decision-differs",
                held=held,
                ref=ref,
                expected=f"{said.asked} or less, the same in the CVR",
                observed=f"{given}, CVR {told or 'absent'}",
                where=Where(exchange=said.number, path="9F27"),
            )


def _told(said: Said) -> str | None:
    """What the CVR says of the first cryptogram; None without 9F10."""
    row = said.value(Tag.RESPONSE_TEMPLATE_1)
    data = row[11:] if row is not None and len(row) >= _ROW else said.value(Tag.ISSUER_APPLICATION_DATA)
    if data is None or len(data) < 5:
        return None
    return _DECISIONS.get(data[4] & _DECISION, "AAC")


def counter_rises(heard: Sequence[Heard], *, ref: str) -> None:
    """The ATC of a card is higher in every transaction than in the one before it (PB-2)."""
    last: dict[str, int] = {}
    for each in heard:
        found = _counter(each)
        card = _card(each)
        if found is None:
            continue
        said, counter = found
        before = last.get(card)
        last[card] = counter
        if before is not None:
            judge(
                "counter-not-risen",
                held=counter > before,
                ref=ref,
                expected=f"above {before}",
                observed=str(counter),
                where=Where(exchange=said.number, path="9F36"),
            )


def _counter(heard: Heard) -> tuple[Said, int] | None:
    """The ATC that came with the transaction's first cryptogram."""
    for said in (heard.initiated, *heard.generations):
        if said is None or not said.ok:
            continue
        row = said.value(Tag.RESPONSE_TEMPLATE_1) if said.command.name == "GENERATE AC" else None
        value = row[1:3] if row is not None and len(row) >= _ROW else said.value(Tag.ATC)
        if value is not None and len(value) == 2:
            return said, int.from_bytes(value)
    return None


def _card(heard: Heard) -> str:
    """Whose counter it is: application and PAN, as far as they were shown."""
    name = heard.selected.value(Tag.DF_NAME) if heard.selected is not None else None
    pan = heard.shown.get(Tag.PAN, b"").hex()
    if not pan and Tag.TRACK2 in heard.shown:
        try:
            pan = Track2.parse(heard.shown[Tag.TRACK2]).pan
        except ValueError:
            pan = ""
    return f"{(name or b'').hex()} {pan.rstrip('f')}"
