"""BER-TLV as EMV Book 3 Annex B restricts it: definite lengths, 00 between objects ignored."""

from __future__ import annotations

from typing import NamedTuple

_LONGEST_LENGTH = 4
_new = tuple.__new__


class Tlv(NamedTuple):
    """A data object; a named tuple because a frozen dataclass takes twice as long to make.

    `value` is its whole content, also of a template. `offset` is where its tag stands in the input, and does
    not count in comparisons.
    """

    tag: int
    value: bytes
    children: tuple[Tlv, ...] = ()
    offset: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tlv) and self[:3] == other[:3]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:3])

    @property
    def constructed(self) -> bool:
        """True when the tag says that the value is data objects."""
        tag = self.tag
        while tag > 0xFF:
            tag >>= 8
        return bool(tag & 0x20)

    def encode(self) -> bytes:
        return encode(self.tag, self.value)

    def find(self, tag: int) -> Tlv | None:
        """This object or the first within it that has this tag, depth first."""
        if self.tag == tag:
            return self
        for child in self.children:
            found = child.find(tag)
            if found is not None:
                return found
        return None


class TlvError(ValueError):
    """Bytes that are no TLV.

    `reason` is "tag-cut", "length-cut", "length-form" (indefinite, or of more than 4 bytes), "value-cut" or,
    behind the one object that was asked for, "surplus". `offset` is the place in the whole input where the
    tag, length or value that is wrong begins. `path` holds the tags around it, and its own at the end where
    it is known. `partial` is what could be read before it.
    """

    def __init__(self, reason: str, offset: int, path: tuple[int, ...], partial: tuple[Tlv, ...]) -> None:
        inside = "/".join(map(tag_hex, path))
        super().__init__(f"{reason} at byte {offset}" + (f" in {inside}" if inside else ""))
        self.reason = reason
        self.offset = offset
        self.path = path
        self.partial = partial


def decode(raw: bytes) -> tuple[Tlv, ...]:
    """Read data objects to the end of `raw`, the insides of templates too; raises TlvError."""
    return _objects(raw, 0)


def decode_one(raw: bytes) -> Tlv:
    """Read exactly one data object; raises TlvError, "tag-cut" for none, "surplus" for more."""
    found = decode(raw)
    if not found:
        raise TlvError("tag-cut", len(raw), (), ())
    if len(found) > 1:
        raise TlvError("surplus", found[1].offset, (), found[:1])
    return found[0]


def encode(tag: int, value: bytes) -> bytes:
    """Tag, shortest length, value."""
    size = len(value)
    head = tag.to_bytes((tag.bit_length() + 7) >> 3, "big")
    if size < 0x80:
        return head + bytes((size,)) + value
    width = (size.bit_length() + 7) >> 3
    return head + bytes((0x80 | width,)) + size.to_bytes(width, "big") + value


def tag_hex(tag: int) -> str:
    """The tag as the standard prints it: 5A, 9F38."""
    digits = f"{tag:02X}"
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def _objects(raw: bytes, base: int) -> tuple[Tlv, ...]:
    """Read all of `raw`, which begins at byte `base` of the input.

    This is on the path of every exchange, hence one loop: it reads on without asking, and only when the bytes
    run out or make no sense does `_refusal` look for the reason.
    """
    found: list[Tlv] = []
    keep = found.append
    at = start = 0
    end = len(raw)
    try:
        while at < end:
            start = at
            tag = first = raw[at]
            at += 1
            if first & 0x1F == 0x1F:
                byte = raw[at]
                at += 1
                tag = first << 8 | byte
                while byte & 0x80:
                    byte = raw[at]
                    at += 1
                    tag = tag << 8 | byte
            elif not first:
                continue
            size = raw[at]
            at += 1
            if size > 0x7F:
                width = size & 0x7F
                if not 1 <= width <= _LONGEST_LENGTH or at + width > end:
                    break
                size = int.from_bytes(raw[at : at + width], "big")
                at += width
            stop = at + size
            if stop > end:
                break
            value = raw[at:stop]
            children = _objects(value, base + at) if first & 0x20 else ()
            keep(_new(Tlv, (tag, value, children, base + start)))
            at = stop
        else:
            return tuple(found)
    except IndexError:
        pass
    except TlvError as error:
        parent = Tlv(tag, value, error.partial, base + start)
        raise TlvError(error.reason, error.offset, (tag, *error.path), (*found, parent)) from None
    reason, offset, path = _refusal(raw, start)
    raise TlvError(reason, base + offset, path, tuple(found))


def _refusal(raw: bytes, start: int) -> tuple[str, int, tuple[int, ...]]:
    """Why the object at `start` cannot be read: reason, first byte of the wrong part, its tag where known."""
    at = start + 1
    if raw[start] & 0x1F == 0x1F:
        while at < len(raw) and raw[at] & 0x80:
            at += 1
        at += 1
    if at > len(raw):
        return "tag-cut", start, ()
    path = (int.from_bytes(raw[start:at], "big"),)
    if at == len(raw):
        return "length-cut", at, path
    width = raw[at] & 0x7F if raw[at] & 0x80 else 0
    if raw[at] == 0x80 or width > _LONGEST_LENGTH:
        return "length-form", at, path
    if at + 1 + width > len(raw):
        return "length-cut", at, path
    return "value-cut", at + 1 + width, path
