"""Application selection on the contact interface: directory, AID list, choice (PB-1, EMV Book 1 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.tags import Tag
from conformance.kernel.answers import objects_of, template
from conformance.kernel.select import parse_fci
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from conformance.codec.apdu import ResponseApdu
    from conformance.codec.tlv import Tlv
    from conformance.kernel.select import Application
    from conformance.kernel.transaction import SupportedAid
    from conformance.link.card import CardLink

PSE = b"1PAY.SYS.DDF01"

_APPLICATION_BLOCKED = 0x6283
_CARD_BLOCKED = 0x6A81
_NO_SUCH_RECORD = 0x6A83
_NO_PRIORITY = 0x10  # behind 1 to 15
_CONFIRMATION = 0x80
_HIGHEST_DIRECTORY_SFI = 10
_SHORTEST_AID, _LONGEST_AID = 5, 16
_MOST_OCCURRENCES = 16  # a card that never says 6A82 is not asked for ever


@dataclass(frozen=True, slots=True)
class ContactCandidate:
    """A mutual application. `priority` is 1 (first) to 15, 16 where the card gives none."""

    aid: bytes
    label: str = ""
    priority: int = _NO_PRIORITY
    needs_confirmation: bool = False


if TYPE_CHECKING:
    Choice: TypeAlias = Callable[[Sequence[ContactCandidate]], ContactCandidate | None]


def first_by_priority(candidates: Sequence[ContactCandidate]) -> ContactCandidate | None:
    """The highest priority that needs no confirmation, where nobody is asked (EMV Book 1 12.4)."""
    free = [each for each in candidates if not each.needs_confirmation]
    return min(free, key=lambda candidate: candidate.priority, default=None)


def chosen(left: Sequence[ContactCandidate], choice: Choice) -> ContactCandidate | None:
    """The only application, if it needs no confirmation, else the cardholder's (EMV Book 1 12.4)."""
    only = left[0] if len(left) == 1 else None
    return only if only is not None and not only.needs_confirmation else choice(left)


def candidates(card: CardLink, supported: Sequence[SupportedAid]) -> tuple[ContactCandidate, ...]:
    """The candidate list in order of priority: from the PSE, else by trying the AIDs (EMV Book 1 12.3)."""
    found = from_directory(card, supported) or from_aid_list(card, supported)
    return tuple(sorted(found, key=lambda candidate: candidate.priority))


def from_directory(card: CardLink, supported: Sequence[SupportedAid]) -> tuple[ContactCandidate, ...]:
    """Candidates of the PSE; none when the card has no PSE, a blocked one, or one that cannot be read."""
    response = _selected(card, PSE)
    if not response.ok:
        return ()
    try:
        records = tuple(_directory_records(card, _directory_sfi(response)))
    except TerminatedError:
        return ()
    entries = (entry for record in records for entry in record.children)
    found = (_entry(entry) for entry in entries if entry.tag == Tag.APPLICATION_TEMPLATE)
    return tuple(each for each in found if each is not None and is_supported(each.aid, supported))


def from_aid_list(card: CardLink, supported: Sequence[SupportedAid]) -> tuple[ContactCandidate, ...]:
    """Candidates by SELECT of each AID, and of its next occurrence where partial (EMV Book 1 12.3.3)."""
    found: dict[bytes, ContactCandidate] = {}
    for each in supported:
        for candidate in _occurrences(card, each):
            found.setdefault(candidate.aid, candidate)
    return tuple(found.values())


def is_supported(aid: bytes, supported: Sequence[SupportedAid]) -> bool:
    """The terminal's list holds this AID, or the beginning of it where it allows partial names (PB-1)."""
    return any(each.matches(aid) for each in supported)


def select_final(card: CardLink, aid: bytes) -> Application | None:
    """SELECT the chosen application; None when it refuses, and so leaves the list (EMV Book 1 12.4)."""
    response = _selected(card, aid)
    if not response.ok:
        return None
    return parse_fci(template(response, Tag.FCI_TEMPLATE, "select"), aid)


def _selected(card: CardLink, aid: bytes, *, next_occurrence: bool = False) -> ResponseApdu:
    """SELECT; a blocked card answers 6A81 to any name, and ends the transaction (PB-2)."""
    response = card.exchange(apdu.select(aid, next_occurrence=next_occurrence))
    if response.sw == _CARD_BLOCKED:
        raise TerminatedError("card-blocked", str(response.sw))
    return response


def _directory_sfi(response: ResponseApdu) -> int:
    sfi = template(response, Tag.FCI_TEMPLATE, "pse").find(Tag.SFI)
    if sfi is None or len(sfi.value) != 1 or not 1 <= sfi.value[0] <= _HIGHEST_DIRECTORY_SFI:
        raise TerminatedError("pse-malformed", "88")
    return sfi.value[0]


def _directory_records(card: CardLink, sfi: int) -> Iterator[Tlv]:
    """Records from 1 on until 6A83; terminates on any other refusal."""
    for number in range(1, 256):
        response = card.exchange(apdu.read_record(sfi, number))
        if response.sw == _NO_SUCH_RECORD:
            return
        yield template(response, Tag.READ_RECORD_TEMPLATE, "pse-record")


def _occurrences(card: CardLink, listed: SupportedAid) -> Iterator[ContactCandidate]:
    """What SELECT and SELECT NEXT find under one AID; a blocked application is passed over."""
    for count in range(_MOST_OCCURRENCES):
        response = _selected(card, listed.aid, next_occurrence=count > 0)
        if not response.ok and response.sw != _APPLICATION_BLOCKED:
            return
        candidate = _from_fci(response) if response.ok else None
        if candidate is not None and is_supported(candidate.aid, [listed]):
            yield candidate
        if not listed.partial or (candidate is not None and candidate.aid == listed.aid):
            return


def _from_fci(response: ResponseApdu) -> ContactCandidate | None:
    try:
        fci = template(response, Tag.FCI_TEMPLATE, "select")
    except TerminatedError:
        return None
    name = fci.find(Tag.DF_NAME)
    return _candidate(name.value, fci) if name is not None else None


def _entry(entry: Tlv) -> ContactCandidate | None:
    try:
        aid = objects_of(entry).get(Tag.AID)
    except TerminatedError:
        return None
    return _candidate(aid.value, entry) if aid is not None else None


def _candidate(aid: bytes, described: Tlv) -> ContactCandidate | None:
    if not _SHORTEST_AID <= len(aid) <= _LONGEST_AID:
        return None
    label, priority = (
        described.find(Tag.APPLICATION_LABEL),
        described.find(Tag.APPLICATION_PRIORITY_INDICATOR),
    )
    indicator = priority.value[0] if priority is not None and priority.value else 0
    text = label.value.decode("ascii", "replace") if label is not None else ""
    return ContactCandidate(aid, text, indicator & 0x0F or _NO_PRIORITY, bool(indicator & _CONFIRMATION))
