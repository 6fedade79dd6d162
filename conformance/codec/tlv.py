"""BER-TLV as cards and terminals use it, with the exact place of every error (EMV Book 3, annex B).

Padding bytes 00 between objects are skipped, as EMV allows before and after a data object.
"""

from __future__ import annotations


class TlvError(ValueError):
    """Bytes that are no TLV. `offset` counts from the start of what was decoded, `path` holds the open tags.

    `reason` is "tag-cut", "length-cut", "length-form" or "value-cut"; `partial` is what was understood before.
    """

    def __init__(self, reason: str, offset: int, path: tuple[int, ...], partial: tuple[Tlv, ...] = ()) -> None:
        place = "/".join(tag_hex(tag) for tag in path)
        super().__init__(f"{reason} at byte {offset}{f' in {place}' if place else ''}")
        self.reason = reason
        self.offset = offset
        self.path = path
        self.partial = partial


class Tlv:
    """One data object; `offset` is where its tag stood in what was decoded and does not count in comparison."""

    __slots__ = ("children", "offset", "tag", "value")

    def __init__(self, tag: int, value: bytes, children: tuple[Tlv, ...] = (), offset: int = 0) -> None:
        self.tag = tag
        self.value = value
        self.children = children
        self.offset = offset

    @property
    def constructed(self) -> bool:
        return is_constructed(self.tag)

    def encode(self) -> bytes:
        """Tag, length, value."""
        return encode(self.tag, self.value)

    def find(self, tag: int) -> Tlv | None:
        """The first object with this tag inside, depth first; the object itself when it is the one."""
        if self.tag == tag:
            return self
        for child in self.children:
            found = child.find(tag)
            if found is not None:
                return found
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tlv) and self.tag == other.tag and self.value == other.value

    def __hash__(self) -> int:
        return hash((self.tag, self.value))

    def __repr__(self) -> str:
        return f"Tlv({tag_hex(self.tag)}, {self.value.hex().upper()})"


def is_constructed(tag: int) -> bool:
    """True when bit 6 of the tag's first byte is set."""
    while tag > 0xFF:
        tag >>= 8
    return bool(tag & 0x20)


def tag_hex(tag: int) -> str:
    """9F38 of 0x9F38."""
    digits = f"{tag:X}"
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def encode(tag: int, value: bytes) -> bytes:
    """One data object with the shortest length form."""
    length = len(value)
    head = tag.to_bytes((tag.bit_length() + 7) // 8 or 1)
    if length < 0x80:
        return head + bytes((length,)) + value
    size = (length.bit_length() + 7) // 8
    return head + bytes((0x80 | size,)) + length.to_bytes(size) + value


def decode(raw: bytes) -> tuple[Tlv, ...]:
    """All objects of a string of bytes, templates with their children; TlvError with the exact place."""
    return tuple(_objects(raw, 0, len(raw), ()))


def decode_one(raw: bytes) -> Tlv:
    """The first object, for answers that hold one template; TlvError when there is none."""
    objects = decode(raw)
    if not objects:
        raise TlvError("tag-cut", 0, ())
    return objects[0]


def _objects(raw: bytes, at: int, end: int, path: tuple[int, ...]) -> list[Tlv]:
    objects: list[Tlv] = []
    while at < end:
        start = at
        tag = raw[at]
        if not tag:
            at += 1
            continue
        at += 1
        first = tag
        if tag & 0x1F == 0x1F:
            while True:
                if at >= end:
                    raise TlvError("tag-cut", at, path, tuple(objects))
                byte = raw[at]
                at += 1
                tag = tag << 8 | byte
                if byte < 0x80:
                    break
        if at >= end:
            raise TlvError("length-cut", at, (*path, tag), tuple(objects))
        length = raw[at]
        at += 1
        if length > 0x7F:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise TlvError("length-form", at - 1, (*path, tag), tuple(objects))
            if at + size > end:
                raise TlvError("length-cut", end, (*path, tag), tuple(objects))
            length = int.from_bytes(raw[at : at + size])
            at += size
        stop = at + length
        if stop > end:
            raise TlvError("value-cut", end, (*path, tag), tuple(objects))
        if first & 0x20:
            children = tuple(_objects(raw, at, stop, (*path, tag)))
            objects.append(Tlv(tag, raw[at:stop], children, start))
        else:
            objects.append(Tlv(tag, raw[at:stop], (), start))
        at = stop
    return objects
