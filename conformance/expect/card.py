"""Expectations about a card, which is asked by APDU and never looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.codec import apdu, tlv, transit
from conformance.codec.apdu import CommandApdu
from conformance.codec.status import StatusWord
from conformance.codec.tags import Tag
from conformance.codec.values import fen, from_bcd, yuan
from conformance.crypto.certificates import CertificateError, verify_sdad
from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from conformance.codec.apdu import ResponseApdu
    from conformance.crypto.rsa import RsaPublicKey

ECASH_AID = bytes.fromhex("A0000003330101")


class CardDoor(Protocol):
    """A card that can be asked; `last_exchange` is the number of the newest exchange."""

    def reset(self) -> bytes: ...

    def exchange(self, command: CommandApdu) -> ResponseApdu: ...

    @property
    def last_exchange(self) -> int | None: ...


def status(card: CardDoor, response: ResponseApdu, expected: str, *, command: str, ref: str) -> bool:
    """The card answered `command` with this status word, four hex digits."""
    wanted = StatusWord(int(expected, 16))
    return judge(
        "status-word-differs",
        held=response.sw == wanted,
        ref=ref,
        expected=expected,
        observed=str(response.sw),
        where=Where(exchange=card.last_exchange),
        arguments={"command": command},
    )


def df_name(card: CardDoor, response: ResponseApdu, starts_with: bytes, *, ref: str) -> bool:
    """The FCI names a DF (84) that begins with the AID that was asked for."""
    name = _tag(response, Tag.DF_NAME)
    return judge(
        "df-name-differs",
        held=name is not None and name.startswith(starts_with),
        ref=ref,
        expected=starts_with.hex().upper(),
        observed=name.hex().upper() if name is not None else "no 84",
        where=Where(exchange=card.last_exchange, path="6F/84"),
    )


def tag_present(card: CardDoor, response: ResponseApdu, tag: int, *, ref: str) -> bool:
    """The answer holds this tag."""
    value = _tag(response, tag)
    return judge(
        "tag-missing",
        held=value is not None,
        ref=ref,
        expected=tlv.tag_hex(tag),
        observed="absent" if value is None else "present",
        where=Where(exchange=card.last_exchange),
        arguments={"tag": tlv.tag_hex(tag)},
    )


def not_repeated(card: CardDoor, earlier: bytes, later: bytes, *, what: str, ref: str) -> bool:
    """A value that has to be another one every time is another one."""
    return judge(
        "value-repeated",
        held=earlier != later,
        ref=ref,
        expected=f"not {earlier.hex().upper()}",
        observed=later.hex().upper(),
        where=Where(exchange=card.last_exchange),
        arguments={"what": what},
    )


def tag_absent(card: CardDoor, response: ResponseApdu, tag: int, *, ref: str) -> bool:
    """The answer does not hold this tag."""
    value = _tag(response, tag)
    return judge(
        "tag-unexpected",
        held=value is None,
        ref=ref,
        expected="absent",
        observed="absent" if value is None else value.hex().upper(),
        where=Where(exchange=card.last_exchange),
        arguments={"tag": tlv.tag_hex(tag)},
    )


def bcd_object(card: CardDoor, response: ResponseApdu, tag: int, length: int, *, ref: str) -> bool:
    """The answer is this one data object, its value `length` bytes of BCD digits."""
    expected = f"{tlv.tag_hex(tag)} {length:02X} and {2 * length} digits"
    return judge(
        "response-malformed",
        held=_is_bcd_object(response.data, tag, length),
        ref=ref,
        expected=expected,
        observed=response.data.hex().upper() or "nothing",
        where=Where(exchange=card.last_exchange, path=tlv.tag_hex(tag)),
    )


def balance(card: CardDoor, expected: str, *, ref: str) -> bool:
    """The card's electronic cash balance (9F79, read freely after SELECT) is this amount in yuan."""
    card.reset()
    card.exchange(apdu.select(ECASH_AID))
    response = card.exchange(apdu.get_data(Tag.EC_BALANCE))
    value = _tag(response, Tag.EC_BALANCE)
    observed = yuan(from_bcd(value)) if value is not None and value.hex().isdecimal() else str(response.sw)
    return judge(
        "balance-differs",
        held=value is not None and value.hex().isdecimal() and from_bcd(value) == fen(expected),
        ref=ref,
        expected=expected,
        observed=observed,
        where=Where(exchange=card.last_exchange, path="9F79"),
    )


def dynamic_signature(
    card: CardDoor, icc_key: RsaPublicKey, signature: bytes, signed: bytes, *, ref: str
) -> bool:
    """The signature (9F4B) verifies over the terminal's data, unpredictable number first (PB-6.2)."""
    try:
        verify_sdad(icc_key, signature, signed)
        observed = "verified"
    except CertificateError as error:
        observed = f"{error.check}: {error.observed}"
    return judge(
        "fdda-not-verified",
        held=observed == "verified",
        ref=ref,
        expected="verified",
        observed=observed,
        where=Where(exchange=card.last_exchange, path="9F4B"),
        arguments={"signed": signed.hex().upper()},
    )


def _tag(response: ResponseApdu, tag: int) -> bytes | None:
    try:
        objects = tlv.decode(response.data)
    except tlv.TlvError:
        return None
    found = (each if each.tag == tag else each.find(tag) for each in objects)
    return next((each.value for each in found if each is not None), None)


def _is_bcd_object(answer: bytes, tag: int, length: int) -> bool:
    try:
        objects = tlv.decode(answer)
    except tlv.TlvError:
        return False
    return (
        len(objects) == 1
        and objects[0].tag == tag
        and len(objects[0].value) == length
        and objects[0].value.hex().isdecimal()
    )


def journey(card: CardDoor, *, state: str, stop: int, ref: str) -> bool:
    """The card's record of a journey (SFI 22), read by READ CAPP DATA, is in this state at this stop."""
    card.reset()
    card.exchange(apdu.select(ECASH_AID))
    place = transit.SFI << 3
    response = card.exchange(CommandApdu(0x80, 0xB4, 0, place, transit.IDENTIFIER, 256))
    try:
        found = transit.Journey.parse(response.data) if response.sw.ok else None
    except transit.JourneyError as error:
        return _journey_judged(card, f"{state} {stop}", str(error), held=False, ref=ref)
    observed = f"{found.state} {found.stop}" if found else str(response.sw)
    return _journey_judged(card, f"{state} {stop}", observed, held=observed == f"{state} {stop}", ref=ref)


def _journey_judged(card: CardDoor, expected: str, observed: str, *, held: bool, ref: str) -> bool:
    return judge(
        "value-differs",
        held=held,
        ref=ref,
        expected=expected,
        observed=observed,
        where=Where(exchange=card.last_exchange),
        arguments={"what": "journey on the card"},
    )
