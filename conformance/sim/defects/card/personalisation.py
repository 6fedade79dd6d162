"""Defects of personalisation, for CRD-PER: a record or the FCI says something else than it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.sim.card import reading, selection
from conformance.sim.defects.card.made import defect

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.state import Application, CardState


def _record_with(*changes: tuple[str, str]) -> Callable[[CardState, CommandApdu], ResponseApdu]:
    """READ RECORD, with the first occurrence of some bytes changed for as many others, both in hex."""

    def read(card: CardState, command: CommandApdu) -> ResponseApdu:
        answer = reading.read_record(card, command)
        content = answer.data
        for old, new in changes:
            content = content.replace(bytes.fromhex(old), bytes.fromhex(new), 1)
        return ResponseApdu(content, answer.sw)

    return read


def _fci_with(old: str, new: str) -> Callable[[Application], bytes]:
    """The FCI, with some bytes changed for as many others."""

    def fci(application: Application) -> bytes:
        return selection.application_fci(application).replace(bytes.fromhex(old), bytes.fromhex(new), 1)

    return fci


DEFECTS = (
    defect(
        "expiration-date-missing", "CRD-PER-010", "value-differs", "PB-2", "read_record",
        _record_with(("5F2403", "5F2603")), "Gives its expiration date under another tag.",
        beside="CRD-PER-020 and 030 compare the date, and take a card without one for one of another date",
    ),
    defect(
        "track-2-of-another-card", "CRD-PER-020", "value-differs", "PB-2", "read_record",
        _record_with(("0011D3", "0012D3")), "Has the PAN of another card in track 2.",
    ),
    defect(
        "expires-after-its-certificate", "CRD-PER-030", "limit-exceeded", "PB-2", "read_record",
        _record_with(("5F2403301231", "5F2403501231"), ("11D301", "11D501")),
        "Is valid longer than its issuer's certificate.",
        beside="a card certified with such a date passes CRD-PER-040, and only 030 finds it",
    ),
    defect(
        "signed-record-changed", "CRD-PER-040", "fdda-not-verified", "PB-2", "read_record",
        _record_with(("9F0702FF00", "9F0702FF80")), "Had its usage control changed after it was certified.",
    ),
    defect(
        "cdol1-without-number", "CRD-PER-050", "value-differs", "PB-2", "read_record",
        _record_with(("9F3704", "9F3304")), "Does not ask for the terminal's number in CDOL1.",
    ),
    defect(
        "cdol2-without-response-code", "CRD-PER-060", "value-differs", "PB-2", "read_record",
        _record_with(("8D1A8A02", "8D1A9B02")), "Does not ask for the response code in CDOL2.",
    ),
    defect(
        "log-in-a-payment-file", "CRD-PER-070", "value-differs", "PB-1", "select_fci",
        _fci_with("9F4D020B", "9F4D0201"), "Names SFI 1 as the file of its log.",
    ),
    defect(
        "object-given-twice", "CRD-PER-080", "value-differs", "PB-2", "read_record",
        _record_with(("9F1401", "9F2301")), "Gives its upper limit twice and its lower limit never.",
    ),
    defect(
        "priority-missing", "CRD-PER-090", "value-differs", "PB-1", "select_fci",
        _fci_with("870101", "880101"), "Gives an SFI in place of its priority.",
    ),
    defect(
        "cash-code-in-debit", "CRD-PER-100", "value-differs", "PB-2", "read_record",
        _record_with(("5F2009", "9F7409")), "Gives an electronic cash code among its records of debit.",
    ),
    defect(
        "cash-code-not-last", "CRD-PER-110", "tag-missing", "PB-2", "read_record",
        _record_with(("9F7406", "9F7506")), "Has no electronic cash code in its last record.",
    ),
    defect(
        "effective-after-it-expires", "CRD-PER-120", "limit-exceeded", "PB-2", "read_record",
        _record_with(("5F2503140101", "5F2503340101")), "Takes effect after it has expired.",
        beside="a card certified with such a date passes CRD-PER-040, and only 120 finds it",
    ),
    defect(
        "cvm-list-without-rules", "CRD-PER-130", "value-differs", "PB-2", "read_record",
        _record_with(("8E10" + 8 * "00" + "420341031E031F00", "8E08" + 8 * "00" + "C106420341031E03")),
        "Has a CVM list of two amounts and no rule.",
        beside="a card certified with such a list passes CRD-PER-040, and only 130 finds it",
    ),
    defect(
        "version-of-nobody", "CRD-PER-140", "value-differs", "PB-2", "read_record",
        _record_with(("9F08020030", "9F08020031")), "Has a version that no edition of PBOC knows.",
        beside="a card certified with such a version passes CRD-PER-040, and only 140 finds it",
    ),
)  # fmt: skip
