"""What a terminal said in transactions that were overheard, held against the card's own wishes and EMV.

Each expectation is evaluated once for every transaction that says something about it. What the card did
not show, or showed malformed, is nothing to hold a terminal to, and is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.tags import Tag
from conformance.expect.heard import DIRECTORIES, parsed
from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.codec.dol import Dol
    from conformance.expect.heard import Heard, Said

_TEMPLATE = 0x83
_CLASSES: Mapping[str, int] = {  # EMV Book 3 6.5; scripts have classes of their own and are left out
    "SELECT": 0x00,
    "READ RECORD": 0x00,
    "VERIFY": 0x00,
    "INTERNAL AUTHENTICATE": 0x00,
    "EXTERNAL AUTHENTICATE": 0x00,
    "GET CHALLENGE": 0x00,
    "GET PROCESSING OPTIONS": 0x80,
    "GENERATE AC": 0x80,
    "GET DATA": 0x80,
}
_FINAL = ("AAC", "TC")
_LISTS = ((Tag.CDOL1, "CDOL1 (8C)"), (Tag.CDOL2, "CDOL2 (8D)"))
_DIGITS = (  # format n in a list, EMV Book 3 annex A
    Tag.AMOUNT_AUTHORISED,
    Tag.AMOUNT_OTHER,
    Tag.TERMINAL_COUNTRY,
    Tag.TRANSACTION_CURRENCY,
    Tag.TRANSACTION_DATE,
    Tag.TRANSACTION_TYPE,
)


def pdol_filled(heard: Sequence[Heard], *, ref: str) -> None:
    """GET PROCESSING OPTIONS carries template 83 with as many bytes as the PDOL lists, none without one."""
    for each in heard:
        if each.initiated is not None and each.pdol is not None:
            wanted = tlv.encode(_TEMPLATE, bytes(each.pdol.length))
            begins = wanted[: len(wanted) - each.pdol.length]
            sent = each.initiated.command.data
            _filled(each.initiated, "PDOL (9F38)", len(wanted), ref, in_template=sent.startswith(begins))


def cdol_filled(heard: Sequence[Heard], *, ref: str) -> None:
    """The first GENERATE AC carries as many bytes as CDOL1 lists, the second as many as CDOL2."""
    for each in heard:
        for said, name, dol in _generations(each):
            _filled(said, name, dol.length, ref)


def _filled(said: Said, name: str, length: int, ref: str, *, in_template: bool = True) -> None:
    sent = said.command.data
    judge(
        "list-not-filled",
        held=len(sent) == length and in_template,
        ref=ref,
        expected=str(length),
        observed=f"{len(sent)}: {sent[:2].hex().upper()}…",
        where=Where(exchange=said.number),
        arguments={"command": said.command.name, "list": name, "wanted": length, "sent": len(sent)},
    )


def _generations(heard: Heard) -> Iterator[tuple[Said, str, Dol]]:
    """Every GENERATE AC with the list that it answers; how many were answered before decides which."""
    answered = 0
    for said in heard.generations:
        tag, name = _LISTS[min(answered, 1)]
        dol = parsed(heard.shown[tag]) if tag in heard.shown else None
        if dol is not None:
            yield said, name, dol
        answered += said.ok


def records_read(heard: Sequence[Heard], *, ref: str) -> None:
    """The records of the AFL are read in its order, each once, and no other before they are all read.

    A transaction that ends with one of these records may have been torn there: only their order is judged.
    """
    for each in heard:
        if each.afl is None:
            continue
        wanted = [(sfi, record) for sfi, record, _ in each.afl.records()]
        places = [said.place for said in each.records][: len(wanted)]
        torn = bool(each.records) and each.said[-1] is each.records[-1]
        last = each.records[len(places) - 1].number if places else each.said[-1].number
        judge(
            "records-differ",
            held=places == (wanted[: len(places)] if torn else wanted),
            ref=ref,
            expected=_places(wanted),
            observed=_places(places),
            where=Where(exchange=last),
        )


def _places(places: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{sfi}/{record}" for sfi, record in places) or "none"


def classes(heard: Sequence[Heard], *, ref: str) -> None:
    """Every command of the table goes out in the class that EMV gives it."""
    for each in heard:
        judged = [said for said in each.said if said.command.name in _CLASSES]
        wrong = next((said for said in judged if said.command.cla != _CLASSES[said.command.name]), None)
        shown = wrong or judged[-1]
        judge(
            "class-differs",
            held=wrong is None,
            ref=ref,
            expected=f"{_CLASSES[shown.command.name]:02X}",
            observed=f"{shown.command.cla:02X}",
            where=Where(exchange=shown.number, offset=0),
            arguments={"command": shown.command.name},
        )


def no_cryptogram_after_decision(heard: Sequence[Heard], *, ref: str) -> None:
    """Once the card has given an AAC or a TC no further GENERATE AC is sent, and never a third one."""
    for each in heard:
        decided = next((place for place, said in enumerate(each.generations) if said.given in _FINAL), 1)
        _not_generated(each.generations[decided + 1 :], ref)


def no_cryptogram_in_qpboc(heard: Sequence[Heard], *, ref: str) -> None:
    """A card that gave its cryptogram in the answer to GPO (9F26) is sent no GENERATE AC."""
    for each in heard:
        if Tag.AC in each.options:
            _not_generated(each.generations, ref)


def _not_generated(sent: Sequence[Said], ref: str) -> None:
    judge(
        "command-sent",
        held=not sent,
        ref=ref,
        expected="no GENERATE AC",
        observed=f"GENERATE AC × {len(sent)}",
        where=Where(exchange=sent[0].number if sent else None),
        arguments={"command": "GENERATE AC", "count": len(sent)},
    )


def directory_first(heard: Sequence[Heard], *, ref: str) -> None:
    """A tap begins with the PPSE, and the application selected is one that the PPSE lists (4F).

    A longer DF name may be selected by the AID it begins with, so that a listed name and the selected one
    need only begin alike (PB-1).
    """
    for each in heard:
        first = each.said[0]
        judge(
            "order-differs",
            held=first.command.name == "SELECT" and first.command.data == DIRECTORIES[1],
            ref=ref,
            expected="SELECT 2PAY.SYS.DDF01",
            observed=f"{first.command.name} {first.command.data.hex().upper()}".strip(),
            where=Where(exchange=first.number),
            arguments={"what": "PPSE"},
        )
        listed = _listed(each)
        if each.selected is not None and listed:
            _listed_selected(each.selected, listed, ref)


def _listed(heard: Heard) -> Sequence[bytes]:
    """The names (4F) in the PPSE's answer."""
    if heard.directory is None or not heard.directory.ok:
        return []
    return [each.value for top in heard.directory.objects for each in _all(top) if each.tag == Tag.AID]


def _all(top: tlv.Tlv) -> Iterator[tlv.Tlv]:
    yield top
    for child in top.children:
        yield from _all(child)


def _listed_selected(said: Said, listed: Sequence[bytes], ref: str) -> None:
    name = said.command.data
    judge(
        "application-not-listed",
        held=any(name.startswith(each) or each.startswith(name) for each in listed),
        ref=ref,
        expected=", ".join(each.hex().upper() for each in listed),
        observed=name.hex().upper(),
        where=Where(exchange=said.number),
    )


def numbers_fresh(heard: Sequence[Heard], *, ref: str) -> None:
    """No two transactions of the session tell the card the same unpredictable number (9F37)."""
    earlier: set[bytes] = set()
    for each in heard:
        told = _numbers(each)
        repeated = next((number for number in told if number in earlier), None)
        if told and earlier:
            shown = repeated or next(iter(told))
            judge(
                "value-repeated",
                held=repeated is None,
                ref=ref,
                expected="another number",
                observed=shown.hex().upper(),
                where=Where(exchange=told[shown].number),
                arguments={"what": "unpredictable number (9F37)"},
            )
        earlier |= told.keys()


def _numbers(heard: Heard) -> Mapping[bytes, Said]:
    """Each unpredictable number with the command that told it first; one that a list cuts tells nothing."""
    found: dict[bytes, Said] = {}
    for said, values in _told(heard):
        number = values.get(Tag.UNPREDICTABLE_NUMBER, b"")
        if len(number) == 4:
            found.setdefault(number, said)
    return found


def amounts_in_digits(heard: Sequence[Heard], *, ref: str) -> None:
    """Amounts, codes, date and type that the terminal tells the card are digits, two in a byte (format n)."""
    for each in heard:
        for said, values in _told(each):
            wrong = next(
                (tag for tag in _DIGITS if tag in values and not values[tag].hex().isdecimal()), None
            )
            shown = next((tag for tag in _DIGITS if tag in values), None) if wrong is None else wrong
            if shown is None:
                continue
            judge(
                "digits-expected",
                held=wrong is None,
                ref=ref,
                expected=f"{2 * len(values[shown])} digits",
                observed=values[shown].hex().upper(),
                where=Where(exchange=said.number, path=tlv.tag_hex(shown)),
                arguments={"tag": tlv.tag_hex(shown), "command": said.command.name},
            )


def _told(heard: Heard) -> Iterator[tuple[Said, Mapping[int, bytes]]]:
    """The commands that carry a filled list, with the values in it; one of a wrong length tells nothing."""
    initiated = heard.initiated
    if (
        initiated is not None
        and heard.pdol is not None
        and len(initiated.command.data) == (2 + heard.pdol.length)
    ):
        yield initiated, heard.pdol.split(initiated.command.data[2:])
    for said, _, dol in _generations(heard):
        if len(said.command.data) == dol.length:
            yield said, dol.split(said.command.data)
