"""Defects that an overheard session shows of a card: CRD-…-100 and on, which choose no command."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.tags import Tag
from conformance.sim.card import authentication, generation, initiation, reading, security
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.sim.card.paths import Path
    from conformance.sim.card.state import Application, CardState, ContactTransaction, Decision, Transaction

_TC = b"\x40"
_RECORD_ZERO = bytes.fromhex("08000100")


def _fci_in_another_template(application: Application) -> bytes:
    content = tlv.decode_one(application.image.fci).value
    return tlv.encode(Tag.RESPONSE_TEMPLATE_2, content)


def _afl_with_record_zero(path: Path) -> bytes:
    return tlv.encode(Tag.RESPONSE_TEMPLATE_1, path.aip + path.afl + _RECORD_ZERO)


def _in_template(answer: ResponseApdu) -> bool:
    """False for a refusal, and for records of a log or of the extended application, which have none."""
    return answer.data[:1] == bytes((Tag.READ_RECORD_TEMPLATE,))


def _bare_records(card: CardState, command: CommandApdu) -> ResponseApdu:
    """The content of records without template 70, but not of those in a directory."""
    answer = reading.read_record(card, command)
    if card.in_directory or not _in_template(answer):
        return answer
    return dataclasses.replace(answer, data=tlv.decode_one(answer.data).value)


def _without_expiry(card: CardState, command: CommandApdu) -> ResponseApdu:
    answer = reading.read_record(card, command)
    if not _in_template(answer):
        return answer
    kept = (each for each in tlv.decode_one(answer.data).children if each.tag != Tag.EXPIRATION_DATE)
    content = b"".join(tlv.encode(each.tag, each.value) for each in kept)
    return dataclasses.replace(answer, data=tlv.encode(Tag.READ_RECORD_TEMPLATE, content))


def _always_tc(_information: bytes, atc: bytes, proof: bytes, issuer: bytes) -> bytes:
    return generation.separate_answer(_TC, atc, proof, issuer)


def _standing_still(_application: Application) -> None:
    """Uses up no ATC."""


def _without_track_2(decision: Decision) -> tuple[int, ...]:
    return tuple(tag for tag in initiation.answered_objects(decision) if tag != Tag.TRACK2)


_BESIDE = "it chooses no command, and so judges a recorded session, too"


def _zeros_signed(transaction: ContactTransaction, listed: bytes) -> bytes:
    return authentication.dda_signature(transaction, bytes(len(listed)))


def _zeros_in_field(transaction: Transaction) -> bytes:
    return bytes(len(security.fdda_terminal_values(transaction)))


def _defect(  # noqa: PLR0913, PLR0917  the parts of a defect
    name: str, clause: str, kills: str, finding: str, replaces: str, rule: Callable[..., object], purpose: str
) -> Defect:
    return Defect(name, clause, kills, finding, "card", replaces, Rule(clause, rule), purpose, _BESIDE)


# fmt: off
DEFECTS = (
    _defect("fci-in-template-77", "PB-1", "CRD-SEL-100", "df-name-differs", "select_fci",
            _fci_in_another_template, "Answers SELECT with its FCI in template 77."),
    _defect("afl-names-record-zero", "PB-7.2", "CRD-GPO-100", "response-malformed", "gpo_format_1",
            _afl_with_record_zero, "Names record 0 of a file in its AFL."),
    _defect("record-without-template", "PB-2", "CRD-REC-100", "response-malformed", "read_record",
            _bare_records, "Gives records without template 70."),
    _defect("record-without-expiry", "PB-2", "CRD-REC-110", "tag-missing", "read_record",
            _without_expiry, "Gives its records without the expiration date."),
    _defect("cid-always-tc", "PB-11.2", "CRD-GAC-400", "card-decision-differs", "separate_answer",
            _always_tc, "Says TC in the CID whatever it decided."),
    _defect("atc-stands-still", "PB-2", "CRD-GAC-410", "counter-not-risen", "consume_atc",
            _standing_still, "Uses up no ATC for a transaction over contacts."),
    _defect("qpboc-without-track-2", "PB-7.3", "CRD-GPO-110", "tag-missing", "gpo_objects",
            _without_track_2, "Leaves track 2 out of the qPBOC answer."),
    _defect("atc-stands-still-in-field", "PB-2", "CRD-GPO-120", "counter-not-risen", "consume_atc",
            _standing_still, "Uses up no ATC for a tap."),
    _defect("record-without-template-in-field", "PB-2", "CRD-REC-120", "response-malformed", "read_record",
            _bare_records, "Gives records without template 70 in the field."),
    _defect("zeros-signed", "PB-6.1", "CRD-ODA-100", "fdda-not-verified", "dda_signature",
            _zeros_signed, "Signs zeros in place of what the terminal sent."),
    _defect("zeros-signed-in-field", "PB-6.2", "CRD-ODA-110", "fdda-not-verified", "fdda_terminal_values",
            _zeros_in_field, "Signs zeros in place of what the terminal told."),
)
# fmt: on
