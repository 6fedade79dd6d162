"""What comes back from the issuer: authentication data and scripts (PB-7.7, EMV Book 3 10.9, 10.10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.codec import apdu, tlv
from conformance.codec.apdu import ApduError, CommandApdu
from conformance.codec.bits import Aip, Tsi, Tvr
from conformance.codec.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from conformance.codec.status import StatusWord
    from conformance.kernel.transaction import ContactTransaction
    from conformance.link.card import CardLink

_AUTHENTICATION_SIZES = range(8, 17)  # 91 is 8 to 16 bytes
_NO_IDENTIFIER = bytes(4)
_SCRIPT_FAILED = 0x10
_SCRIPT_SUCCEEDED = 0x20
_HIGHEST_SEQUENCE = 0x0F
_WARNINGS_AND_SUCCESS = (0x90, 0x62, 0x63)


@dataclass(frozen=True, slots=True)
class OnlineRequest:
    """What the terminal sends: everything known by tag; 9F26 is the ARQC."""

    values: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class OnlineAnswer:
    """What came back. `scripts` are whole templates 71 and 72 in the order of arrival."""

    response_code: bytes
    issuer_authentication_data: bytes = b""
    scripts: tuple[bytes, ...] = ()
    authorisation_code: bytes = b""


if TYPE_CHECKING:
    Host: TypeAlias = Callable[[OnlineRequest], OnlineAnswer | None]


@dataclass(frozen=True, slots=True)
class Script:
    """An issuer script: its identifier (9F18, zeros without) and its commands; None when it is malformed."""

    identifier: bytes
    commands: tuple[CommandApdu, ...] | None


def response_known(state: ContactTransaction, answer: OnlineAnswer) -> ContactTransaction:
    """8A, and 91 and 89 where the issuer sent them."""
    values: dict[int, bytes] = {Tag.AUTHORISATION_RESPONSE_CODE: answer.response_code}
    if answer.issuer_authentication_data:
        values[Tag.ISSUER_AUTHENTICATION_DATA] = answer.issuer_authentication_data
    if answer.authorisation_code:
        values[Tag.AUTHORISATION_CODE] = answer.authorisation_code
    return replace(state.knowing(values), online=answer)


def authenticate_issuer(
    card: CardLink, state: ContactTransaction, answer: OnlineAnswer
) -> ContactTransaction:
    """EXTERNAL AUTHENTICATE when the AIP asks for it and 91 came; TSI B1b5 (EMV Book 3 10.9)."""
    sent = answer.issuer_authentication_data
    if not sent or Aip.ISSUER_AUTHENTICATION not in state.aip:
        return state
    state = state.performed(Tsi.ISSUER_AUTHENTICATION)
    if len(sent) not in _AUTHENTICATION_SIZES:
        return issuer_authentication_failed(state)
    return (
        state if card.exchange(apdu.external_authenticate(sent)).ok else issuer_authentication_failed(state)
    )


def issuer_authentication_failed(state: ContactTransaction) -> ContactTransaction:
    """TVR B5b7: the card answered anything but 9000 (EMV Book 3 10.9)."""
    return state.found(Tvr.ISSUER_AUTHENTICATION_FAILED)


def scripts_before(card: CardLink, state: ContactTransaction, answer: OnlineAnswer) -> ContactTransaction:
    """Templates 71 before the second GENERATE AC; TVR B5b6 when one fails (EMV Book 3 10.10)."""
    return _run_all(card, state, answer, Tag.ISSUER_SCRIPT_TEMPLATE_1, Tvr.SCRIPT_FAILED_BEFORE_AC)


def scripts_after(card: CardLink, state: ContactTransaction, answer: OnlineAnswer) -> ContactTransaction:
    """Templates 72 after the second GENERATE AC; TVR B5b5 when one fails (EMV Book 3 10.10)."""
    return _run_all(card, state, answer, Tag.ISSUER_SCRIPT_TEMPLATE_2, Tvr.SCRIPT_FAILED_AFTER_AC)


def succeeded(sw: StatusWord) -> bool:
    """A script command that was carried out, with or without a warning (EMV Book 3 10.10)."""
    return sw.sw1 in _WARNINGS_AND_SUCCESS


def parse_script(raw: bytes) -> Script:
    """Read template 71 or 72: 9F18, then commands in 86."""
    try:
        objects = tlv.decode_one(raw).children
    except tlv.TlvError:
        return Script(_NO_IDENTIFIER, None)
    identifiers = [each.value for each in objects if each.tag == Tag.ISSUER_SCRIPT_IDENTIFIER]
    identifier = identifiers[0] if identifiers and len(identifiers[0]) == 4 else _NO_IDENTIFIER
    try:
        commands = tuple(
            CommandApdu.decode(each.value) for each in objects if each.tag == Tag.ISSUER_SCRIPT_COMMAND
        )
    except ApduError:
        return Script(identifier, None)
    return Script(identifier, commands or None)


def _run_all(
    card: CardLink, state: ContactTransaction, answer: OnlineAnswer, template: int, failed: Tvr
) -> ContactTransaction:
    """Run the scripts of one template, each until its first failure; DF31 gets 5 bytes for each."""
    limit, total = state.terminal.script_limit, sum(map(len, answer.scripts))
    fits = limit is None or total <= limit
    for raw in (each for each in answer.scripts if each[:1] == bytes((template,))):
        script = parse_script(raw)
        result = _run(card, script) if fits else _SCRIPT_FAILED
        state = state.performed(Tsi.SCRIPT)
        if not result & _SCRIPT_SUCCEEDED:
            state = state.found(failed)
        state = replace(state, script_results=state.script_results + bytes((result,)) + script.identifier)
    return state


def _run(card: CardLink, script: Script) -> int:
    """Byte 1 of the result: 20 when all went well, else 1 and which command failed (PB-7.7)."""
    for number, command in enumerate(script.commands or (), 1):
        if not succeeded(card.exchange(command).sw):
            return _SCRIPT_FAILED | min(number, _HIGHEST_SEQUENCE)
    return _SCRIPT_FAILED if script.commands is None else _SCRIPT_SUCCEEDED
