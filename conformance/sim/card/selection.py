"""SELECT: the directory and the applications, by full and partial name (PB-1, PB-2)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.tags import Tag
from conformance.sim.card.state import (
    APPLICATION_BLOCKED,
    FILE_NOT_FOUND,
    OK,
    WRONG_P1_P2,
    Interface,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.codec.apdu import CommandApdu
    from conformance.codec.status import StatusWord
    from conformance.sim.card.state import Application, CardState

PPSE = b"2PAY.SYS.DDF01"
PSE = b"1PAY.SYS.DDF01"
DIRECTORY_SFI = 1
RID_LENGTH = 5
_PRIORITY = 0x0F
_NO_PRIORITY = 0x10
_BY_NAME = 0x04
_FIRST = 0x00
_NEXT = 0x02


def select(card: CardState, command: CommandApdu) -> ResponseApdu:
    """SELECT by name; whatever transaction was under way is gone (PB-2)."""
    if command.p1 != _BY_NAME or command.p2 not in (_FIRST, _NEXT):
        raise Refused(WRONG_P1_P2)
    contact = card.interface is Interface.CONTACT
    if command.data == (PSE if contact else PPSE) and command.p2 == _FIRST:
        return _select_directory(card, contact=contact)
    application = _find(card, command.data, after_selected=command.p2 == _NEXT)
    card.abandon_transaction()
    card.selected, card.awaits_gpo, card.in_directory = application, True, False
    return ResponseApdu(card.rules.select_fci.apply(application), card.rules.select_status.apply(application))


def selection_status(application: Application) -> StatusWord:
    """A blocked application gives its FCI with 6283 (PB-2)."""
    return APPLICATION_BLOCKED if application.memory.blocked else OK


def unknown_command(status: StatusWord) -> StatusWord:
    """A class answers 6E00, an instruction 6D00 where the card has not got it (PB-2)."""
    return status


def name_matches(df_name: bytes, asked: bytes) -> bool:
    """A name is found by itself or by its beginning, from the RID on (PB-1)."""
    return len(asked) >= RID_LENGTH and df_name.startswith(asked)


def application_fci(application: Application) -> bytes:
    """The FCI names the selected application in 84 (PB-1)."""
    return application.image.fci


def directory_fci(applications: tuple[Application, ...]) -> bytes:
    """The PPSE's FCI lists every application in BF0C/61, the most wanted first (PB-1)."""
    return _directory(tuple(application.image.directory_entry for application in by_priority(applications)))


def by_priority(applications: Iterable[Application]) -> list[Application]:
    """In the order of 87, whose low four bits count from 1; what has none comes last (EMV Book 1 12.2.3)."""
    return sorted(applications, key=_rank)


def _rank(application: Application) -> int:
    indicator = application.elements.get(Tag.APPLICATION_PRIORITY_INDICATOR, b"\0")
    return indicator[0] & _PRIORITY or _NO_PRIORITY


@lru_cache(maxsize=4096)
def _directory(entries: tuple[bytes, ...]) -> bytes:
    listed = tlv.encode(Tag.FCI_ISSUER_DISCRETIONARY_DATA, b"".join(entries))
    proprietary = tlv.encode(Tag.FCI_PROPRIETARY_TEMPLATE, listed)
    return tlv.encode(Tag.FCI_TEMPLATE, tlv.encode(Tag.DF_NAME, PPSE) + proprietary)


def pse_fci() -> bytes:
    """The PSE's FCI tells where the directory is: SFI 1 (PB-1)."""
    proprietary = tlv.encode(Tag.FCI_PROPRIETARY_TEMPLATE, tlv.encode(Tag.SFI, bytes((DIRECTORY_SFI,))))
    return tlv.encode(Tag.FCI_TEMPLATE, tlv.encode(Tag.DF_NAME, PSE) + proprietary)


def pse_record(applications: tuple[Application, ...], sfi: int, number: int) -> bytes | None:
    """One application in each record of SFI 1, the most wanted first; None behind the last (PB-1)."""
    if sfi != DIRECTORY_SFI or not 1 <= number <= len(applications):
        return None
    return tlv.encode(Tag.READ_RECORD_TEMPLATE, by_priority(applications)[number - 1].image.directory_entry)


def _select_directory(card: CardState, *, contact: bool) -> ResponseApdu:
    card.abandon_transaction()
    card.selected, card.awaits_gpo, card.in_directory = None, False, contact
    if contact:
        return ResponseApdu(card.rules.pse_fci.apply(), OK)
    return ResponseApdu(card.rules.directory_fci.apply(card.applications), OK)


def _find(card: CardState, asked: bytes, *, after_selected: bool) -> Application:
    """The first application of that name, or the one that follows the selected one; 6A82 without one."""
    matches = card.rules.select_match.apply
    found = [each for each in card.applications if matches(each.image.df_name, asked)]
    if after_selected:
        found = found[found.index(card.selected) + 1 :] if card.selected in found else []
    if not found:
        raise Refused(FILE_NOT_FOUND)
    return found[0]
