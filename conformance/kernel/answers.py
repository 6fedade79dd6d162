"""From a card's answer to its data objects, or to the reason why the transaction ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import apdu, tlv
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.apdu import ResponseApdu
    from conformance.codec.tlv import Tlv
    from conformance.link.card import CardLink


def template(response: ResponseApdu, tag: int, command: str) -> Tlv:
    """The one template that the answer to `command` is; terminates on anything else.

    Reasons: `<command>-refused` with the status word, `<command>-malformed` with what is wrong.
    """
    answer = _object(response, command)
    if answer.tag != tag:
        raise TerminatedError(f"{command}-malformed", f"{tlv.tag_hex(answer.tag)}, not {tlv.tag_hex(tag)}")
    return answer


def one_of(response: ResponseApdu, tags: tuple[int, ...], command: str) -> Tlv:
    """As `template`, where a command has more than one format of answer."""
    answer = _object(response, command)
    if answer.tag not in tags:
        allowed = " or ".join(map(tlv.tag_hex, tags))
        raise TerminatedError(f"{command}-malformed", f"{tlv.tag_hex(answer.tag)}, not {allowed}")
    return answer


def _object(response: ResponseApdu, command: str) -> Tlv:
    if not response.ok:
        raise TerminatedError(f"{command}-refused", str(response.sw))
    try:
        return tlv.decode_one(response.data)
    except tlv.TlvError as error:
        raise TerminatedError(f"{command}-malformed", str(error)) from None


def objects_of(parent: Tlv) -> Mapping[int, Tlv]:
    """The objects directly in a template by tag; terminates when one stands there twice (PB-7.4)."""
    objects = {child.tag: child for child in parent.children}
    if len(objects) != len(parent.children):
        tags = [child.tag for child in parent.children]
        double = next(tag for tag in tags if tags.count(tag) > 1)
        raise TerminatedError("object-twice", tlv.tag_hex(double))
    return objects


def data_object(card: CardLink, tag: int) -> bytes | None:
    """The value that GET DATA gives; None without it, or when the answer is another object."""
    response = card.exchange(apdu.get_data(tag))
    if not response.ok:
        return None
    try:
        answer = tlv.decode_one(response.data)
    except tlv.TlvError:
        return None
    return answer.value if answer.tag == tag else None
