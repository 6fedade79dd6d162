"""Cards that terminals must refuse, or find something about: each a conforming card but for one rule."""

from __future__ import annotations

import dataclasses
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.tags import Tag
from conformance.link.outcomes import CardMute
from conformance.sim.card import (
    authentication,
    extended,
    generation,
    initiation,
    reading,
    security,
    selection,
)
from conformance.sim.card.extended_rules import CappRules
from conformance.sim.card.rules import CardRules
from conformance.sim.card.state import (
    APPLICATION_BLOCKED,
    CONDITIONS_NOT_SATISFIED,
    FILE_NOT_FOUND,
    NOT_SUPPORTED,
    Refused,
)
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.apdu import CommandApdu
    from conformance.codec.status import StatusWord
    from conformance.sim.card.plan import CappRecord
    from conformance.sim.card.state import Application, CardState, ContactTransaction, Transaction

CREDIT = bytes.fromhex("A000000333010102")
_PSE = b"1PAY.SYS.DDF01"


def _turned(signature: bytes) -> bytes:
    """With its last bit turned."""
    return signature[:-1] + bytes((signature[-1] ^ 1,))


def _forged_signature(rules: CardRules, application: Application, transaction: Transaction) -> bytes:
    return _turned(security.fdda_signature(rules, application, transaction))


def _forged_dda(transaction: ContactTransaction, listed: bytes) -> bytes:
    return _turned(authentication.dda_signature(transaction, listed))


def _forged_cda(transaction: ContactTransaction, *answer: bytes) -> bytes:
    """9F4B of a CDA with one bit turned."""
    return _altered(generation.combined_answer(transaction, *answer), Tag.SIGNED_DYNAMIC_APPLICATION_DATA)


def _altered(raw: bytes, tag: int) -> bytes:
    """A template with one bit turned in the object of this tag; as it was where it has none."""
    found = tlv.decode_one(raw).find(tag)
    if found is None:
        return raw
    at = raw.index(found.value) + len(found.value) // 2
    return raw[:at] + bytes((raw[at] ^ 1,)) + raw[at + 1 :]


def _read_altered(tag: int, card: CardState, command: CommandApdu) -> ResponseApdu:
    response = reading.read_record(card, command)
    return ResponseApdu(_altered(response.data, tag), response.sw) if response.ok else response


def _read_doubled(card: CardState, command: CommandApdu) -> ResponseApdu:
    """The record of the PAN holds the usage control twice."""
    response = reading.read_record(card, command)
    record = tlv.decode_one(response.data) if response.ok else tlv.decode_one(b"\x70\x00")
    if record.tag != Tag.READ_RECORD_TEMPLATE or record.find(Tag.APPLICATION_USAGE_CONTROL) is None:
        return response
    again = tlv.encode(Tag.APPLICATION_USAGE_CONTROL, bytes.fromhex("FF00"))
    return ResponseApdu(tlv.encode(record.tag, record.value + again), response.sw)


def _without_pse(card: CardState, command: CommandApdu) -> ResponseApdu:
    if command.data == _PSE:
        raise Refused(FILE_NOT_FOUND)
    return selection.select(card, command)


def _credit_blocked(application: Application) -> StatusWord:
    own = application.image.df_name == CREDIT
    return APPLICATION_BLOCKED if own else selection.selection_status(application)


def _credit_refuses(card: CardState, command: CommandApdu) -> ResponseApdu:
    if card.application.image.df_name == CREDIT:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    return initiation.get_processing_options(card, command)


def _arpc_refused(_transaction: ContactTransaction, _proof: bytes, _code: bytes) -> bool:
    return False


def _but(**replaced: Any) -> CardRules:
    return dataclasses.replace(CardRules(), **replaced)


def _mute(_card: CardState) -> None:
    """A chip that answers to reset, and to no command."""
    raise CardMute("the chip says nothing")


def _card_blocked(_card: CardState) -> None:
    raise Refused(NOT_SUPPORTED)


def _application_blocked(_application: Application) -> StatusWord:
    return APPLICATION_BLOCKED


def _forged_record_mac(record: CappRecord, challenge: bytes) -> bytes:
    return _turned(extended.read_mac(record, challenge))


def _forged_update_mac(key: bytes, mac: bytes) -> bytes:
    return _turned(extended.update_mac(key, mac))


PROBES: Mapping[str, CardRules] = MappingProxyType(
    {
        "fdda-signature-forged": _but(fdda_signature=Rule("PB-6.2", _forged_signature)),
        "dda-signature-forged": _but(dda_signature=Rule("PB-6.1", _forged_dda)),
        "cda-signature-forged": _but(combined_answer=Rule("PB-11.2", _forged_cda)),
        "static-data-forged": _but(
            read_record=Rule("PB-6.1", partial(_read_altered, Tag.SIGNED_STATIC_APPLICATION_DATA))
        ),
        "journey-mac-forged": _but(
            capp=dataclasses.replace(CappRules(), read_mac=Rule("PB-8", _forged_record_mac))
        ),
        "update-mac-forged": _but(
            capp=dataclasses.replace(CappRules(), update_mac=Rule("PB-8", _forged_update_mac))
        ),
        "mute": _but(card_blocked=Rule("MG-03", _mute)),
        "card-blocked": _but(card_blocked=Rule("PB-2", _card_blocked)),
        "application-blocked": _but(select_status=Rule("PB-2", _application_blocked)),
        "icc-certificate-forged": _but(
            read_record=Rule("PB-6.1", partial(_read_altered, Tag.ICC_PUBLIC_KEY_CERTIFICATE))
        ),
        "object-twice": _but(read_record=Rule("PB-7.4", _read_doubled)),
        "without-pse": _but(select=Rule("PB-1", _without_pse)),
        "credit-blocked": _but(select_status=Rule("PB-2", _credit_blocked)),
        "credit-refuses-gpo": _but(get_processing_options=Rule("PB-7.2", _credit_refuses)),
        "arpc-refused": _but(arpc_holds=Rule("PB-5", _arpc_refused)),
    }
)
