"""Defects that the cases of single commands catch: CRD-SEL, -GPO, -REC, -DAT, -ODA."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from conformance.codec.apdu import ResponseApdu
from conformance.codec.tags import Tag
from conformance.sim.card import authentication, generation, initiation, reading, selection
from conformance.sim.card.state import FILE_NOT_FOUND, OK, Refused
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from typing import Any

    from conformance.codec.apdu import CommandApdu
    from conformance.codec.status import StatusWord
    from conformance.sim.card.state import Application, CardState, ContactTransaction, Transaction


def _endless_directory(applications: tuple[Application, ...], sfi: int, number: int) -> bytes | None:
    return selection.pse_record(applications, sfi, number) or selection.pse_record(applications, sfi, 1)


def _the_same_application_again(card: CardState, command: CommandApdu) -> ResponseApdu:
    try:
        return selection.select(card, command)
    except Refused as refusal:
        if refusal.status != FILE_NOT_FOUND or command.p2 == 0:
            raise
        return selection.select(card, dataclasses.replace(command, p2=0))


def _empty_directory(applications: tuple[Application, ...]) -> bytes:  # noqa: ARG001
    return selection.directory_fci(())


def _any_parameters(card: CardState, command: CommandApdu) -> ResponseApdu:
    return initiation.get_processing_options(card, dataclasses.replace(command, p1=0, p2=0))


def _any_template(card: CardState, command: CommandApdu) -> ResponseApdu:
    data = b"\x83" + command.data[1:]
    return initiation.get_processing_options(card, dataclasses.replace(command, data=data))


def _as_often_as_asked(card: CardState, command: CommandApdu) -> ResponseApdu:
    card.awaits_gpo = card.selected is not None
    return initiation.get_processing_options(card, command)


def _two_at_a_time(application: Application) -> None:
    application.memory.atc += 1
    initiation.consume_atc(application)


def _any_addressing(card: CardState, command: CommandApdu) -> ResponseApdu:
    return reading.read_record(card, dataclasses.replace(command, p2=command.p2 & ~0b111 | 0b100))


def _unknown_is_fine(status: StatusWord) -> StatusWord:  # noqa: ARG001
    return OK


def _zeros_challenge(card: CardState, command: CommandApdu) -> ResponseApdu:
    answer = authentication.get_challenge(card, command)
    return ResponseApdu(bytes(len(answer.data)), answer.sw)


def _bare_tries(tag: int, value: bytes) -> bytes:
    return value if tag == Tag.PIN_TRY_COUNTER else reading.data_object(tag, value)


def _zeros_signed(transaction: ContactTransaction, listed: bytes) -> bytes:
    return authentication.dda_signature(transaction, bytes(len(listed)))


def _any_length(expected: int, values: bytes) -> bytes:
    return values[:expected].ljust(expected, b"\x00")


def _nothing_hashed(
    transaction: ContactTransaction, information: bytes, atc: bytes, proof: bytes, issuer: bytes
) -> bytes:
    forgetful = dataclasses.replace(transaction, listed=b"")
    return generation.combined_answer(forgetful, information, atc, proof, issuer)


def _always_version_01(application: Application, transaction: Transaction) -> int:  # noqa: ARG001
    return 1


def _defect(  # noqa: PLR0913, PLR0917  a row
    name: str,
    clause: str,
    kills: str,
    finding: str,
    replaces: str,
    rule: Any,
    purpose: str,
    beside: str | None = None,
) -> Defect:
    return Defect(name, clause, kills, finding, "card", replaces, Rule(clause, rule), purpose, beside)


_STATUS, _GPO = "status-word-differs", "get_processing_options"
_SIGNATURE = "fdda-not-verified"
# fmt: off
DEFECTS = (
    _defect("directory-never-ends", "PB-1", "CRD-SEL-030", _STATUS, "pse_record", _endless_directory,
            "Answers every record of the directory that it has not with the first."),
    _defect("next-is-the-same", "PB-2", "CRD-SEL-040", _STATUS, "select", _the_same_application_again,
            "Selects the same application again when asked for the next one."),
    _defect("ppse-lists-nothing", "PB-1", "CRD-SEL-050", "tag-missing", "directory_fci", _empty_directory,
            "Answers the proximity environment without an entry."),
    _defect("gpo-with-any-parameters", "PB-2", "CRD-GPO-020", _STATUS, _GPO, _any_parameters,
            "Takes GET PROCESSING OPTIONS whatever P1 and P2 say."),
    _defect("gpo-with-any-template", "PB-2", "CRD-GPO-030", _STATUS, _GPO, _any_template,
            "Takes the data of GET PROCESSING OPTIONS in any template."),
    _defect("gpo-taken-twice", "PB-2", "CRD-GPO-040", _STATUS, _GPO, _as_often_as_asked,
            "Takes a second GET PROCESSING OPTIONS without a new SELECT."),
    _defect("atc-rises-by-two", "PB-2", "CRD-GPO-050", "value-differs", "consume_atc", _two_at_a_time,
            "Uses up two ATCs for each transaction."),
    _defect("record-by-any-addressing", "PB-2", "CRD-REC-020", _STATUS, "read_record", _any_addressing,
            "Reads by number whatever the low bits of P2 say."),
    _defect("unknown-command-taken", "PB-2", "CRD-REC-030", _STATUS, "unknown_command", _unknown_is_fine,
            "Answers 9000 to commands that it does not know."),
    _defect("challenge-of-zeros", "PB-2", "CRD-DAT-020", "value-differs", "get_challenge", _zeros_challenge,
            "Gives eight zeros for a challenge."),
    _defect("tries-without-tag", "PB-2", "CRD-DAT-030", "value-differs", "get_data_object", _bare_tries,
            "Gives the PIN tries without tag and length."),
    _defect("dda-signs-zeros", "PB-6.1", "CRD-ODA-020", _SIGNATURE, "dda_signature", _zeros_signed,
            "Signs zeros in place of what the DDOL asks for.",
            "CRD-ODA-100 listens to whatever number a session has; 020 chooses it and wants 9000"),
    _defect("ddol-of-any-length", "PB-2", "CRD-ODA-030", _STATUS, "ddol_length", _any_length,
            "Pads what the DDOL asks for, and goes on."),
    _defect("cda-over-nothing", "PB-11.2", "CRD-ODA-040", _SIGNATURE, "combined_answer", _nothing_hashed,
            "Signs the hash of nothing in place of the transaction data."),
    _defect("fdda-always-01", "PB-6.2", "CRD-ODA-050", "value-differs", "fdda_version", _always_version_01,
            "Signs as version 01 and sends 9F69, whatever the reader offers."),
)
# fmt: on
