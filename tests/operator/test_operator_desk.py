"""What a person fills in, and the photos that they take: bounded, well-formed, and nothing besides."""

from __future__ import annotations

import struct
import zlib

import pytest

from conformance.link.operator.form import MOST_TEXT, read
from conformance.link.operator.photos import MOST_BYTES, PhotoRefusedError, kept
from conformance.link.operator.seen import entries
from conformance.model.operator import Question

QUESTION = Question("present", (), entries({"O2": "", "O5": "", "O7": ""}, "contactless"))
FILLED = {"signal": "accepted", "records": "0", "receipt": "nothing"}


def problems(**filled: str) -> dict[str, str]:
    return read(QUESTION, {**FILLED, **filled})[1]


def test_what_is_filled_in_is_read() -> None:
    values, wrong = read(QUESTION, {**FILLED, "text": " 余额 49.00\x07 ", "unknown": "x"})
    assert (values, wrong) == ({**FILLED, "text": "余额 49.00"}, {})


@pytest.mark.parametrize(
    ("filled", "wrong"),
    [
        ({"signal": ""}, {"signal": "not-filled"}),
        ({"signal": "maybe"}, {"signal": "not-one"}),
        ({"balance": "49,00"}, {"balance": "not-one"}),
        ({"balance": "４９"}, {"balance": "not-one"}),
        ({"text": "x" * (MOST_TEXT + 1)}, {"text": "not-one"}),
        ({"lines": "\n".join("x" * 41)}, {"lines": "not-one"}),
    ],
)
def test_what_cannot_be_read_is_said(filled: dict[str, str], wrong: dict[str, str]) -> None:
    assert problems(**filled) == wrong


def test_a_record_is_filled_in_as_soon_as_there_is_one() -> None:
    assert problems(records="1").keys() == {"record1-kind", "record1-amount", "record1-number"}
    one = {"record1-kind": "sale", "record1-amount": "1", "record1-number": "7"}
    assert problems(records="1", **one) == {}


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """A picture of these segments before its scan."""
    parts = [bytes((0xFF, marker)) + struct.pack(">H", len(held) + 2) + held for marker, held in segments]
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xda\x00\x02\x11\x22\xff\xd9"


def chunk(name: bytes, held: bytes) -> bytes:
    return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))


APP0, EXIF, TABLE = (0xE0, b"JFIF\0"), (0xE1, b"Exif\0\0GPS 26.25N 105.93E"), (0xDB, b"\0" * 65)


def test_a_photo_loses_what_the_camera_wrote_into_it(tmp_path) -> None:
    photo = kept(jpeg(APP0, EXIF, TABLE), tmp_path)
    assert (tmp_path / photo.file).read_bytes() == jpeg(APP0, TABLE)
    assert photo.file == f"{photo.digest[:16]}.jpg"


def test_a_png_loses_its_texts(tmp_path) -> None:
    header, end = chunk(b"IHDR", b"\0" * 13), chunk(b"IEND", b"")
    raw = b"\x89PNG\r\n\x1a\n" + header + chunk(b"tEXt", b"Author\0x") + chunk(b"IDAT", b"x") + end
    photo = kept(raw, tmp_path)
    assert b"tEXt" not in (tmp_path / photo.file).read_bytes()


@pytest.mark.parametrize(
    "raw",
    [
        b"GIF89a",
        b"<svg/>",
        b"",
        jpeg(APP0)[:12],
        b"\xff\xd8\xff\xe0\x00\x00",
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR",
        b"\xff\xd8\xff" + b"\0" * MOST_BYTES,
    ],
)
def test_what_is_no_whole_picture_is_refused(tmp_path, raw: bytes) -> None:
    with pytest.raises(PhotoRefusedError):
        kept(raw, tmp_path)
    assert list(tmp_path.iterdir()) == []
