"""Application selection on the contactless interface: PPSE directory, choice, SELECT, FCI (PB-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.dol import Dol, DolError
from conformance.codec.tags import Tag
from conformance.kernel.answers import objects_of, template
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.codec.tlv import Tlv
    from conformance.link.card import CardLink

PPSE = b"2PAY.SYS.DDF01"
UNIONPAY = bytes.fromhex("A0000003330101")  # a terminal's AID list holds this for partial selection (PB-1)

_NO_PRIORITY = 0x10  # behind 1 to 15


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry of the PPSE directory. `priority` is 1 (first) to 15, 16 where the card gives none."""

    aid: bytes
    priority: int


@dataclass(frozen=True, slots=True)
class Application:
    """A selected application: its DF name, and the PDOL where the FCI has one.

    `extended` is DF61, 0 where the application is not extended (PB-8).
    """

    df_name: bytes
    pdol: Dol | None
    extended: int = 0

    @property
    def rid(self) -> bytes:
        """Registered application provider, which the CA public keys go by."""
        return self.df_name[:5]


def read_directory(card: CardLink) -> tuple[Candidate, ...]:
    """SELECT the PPSE and take every directory entry (61 in BF0C) that names an ADF."""
    fci = template(card.exchange(apdu.select(PPSE)), Tag.FCI_TEMPLATE, "ppse")
    discretionary = fci.find(Tag.FCI_ISSUER_DISCRETIONARY_DATA)
    entries = discretionary.children if discretionary is not None else ()
    found = (_candidate(entry) for entry in entries if entry.tag == Tag.APPLICATION_TEMPLATE)
    return tuple(candidate for candidate in found if candidate is not None)


def _candidate(entry: Tlv) -> Candidate | None:
    aid, priority = entry.find(Tag.AID), entry.find(Tag.APPLICATION_PRIORITY_INDICATOR)
    if aid is None:
        return None
    return Candidate(
        aid.value, (priority.value[0] & 0x0F if priority and priority.value else 0) or _NO_PRIORITY
    )


def choose(candidates: Sequence[Candidate], supported: Sequence[bytes]) -> Candidate | None:
    """The entry of highest priority that begins with a supported AID; of equals, the card's order decides."""
    mutual = [each for each in candidates if any(each.aid.startswith(aid) for aid in supported)]
    return min(mutual, key=lambda candidate: candidate.priority, default=None)


def select_application(card: CardLink, aid: bytes) -> Application:
    """SELECT an ADF by name and read its FCI."""
    return parse_fci(template(card.exchange(apdu.select(aid)), Tag.FCI_TEMPLATE, "select"), aid)


def parse_fci(fci: Tlv, aid: bytes) -> Application:
    """Read 84 and the PDOL. A 9F38 counts only directly in A5: anywhere else it is no PDOL (PB-1)."""
    inside = objects_of(fci)
    name = inside.get(Tag.DF_NAME)
    if name is None or not name.value.startswith(aid):
        raise TerminatedError("df-name-differs", name.value.hex().upper() if name else "no 84")
    proprietary = inside.get(Tag.FCI_PROPRIETARY_TEMPLATE)
    pdol = objects_of(proprietary).get(Tag.PDOL) if proprietary else None
    extended = proprietary.find(Tag.EXTENDED_APPLICATION) if proprietary else None
    indicator = extended.value[0] if extended is not None and len(extended.value) == 1 else 0
    return Application(name.value, _dol(pdol.value) if pdol else None, indicator)


def _dol(value: bytes) -> Dol:
    try:
        return Dol.parse(value)
    except DolError as error:
        raise TerminatedError("pdol-malformed", str(error)) from None
