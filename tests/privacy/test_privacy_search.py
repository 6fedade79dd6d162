"""The search finds what is planted, in every coding and packing in which a report could hold it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile

import pytest
from privacy_search import Secrets, leaking

from conformance.crypto.authority import demonstration

PAN = "6299990012345678907"
KEY = demonstration().issuer
SECRETS = Secrets({"PAN": bytes.fromhex(f"{PAN}F"), "digits": PAN.encode()}, (KEY.public,))
REST = bytes(range(KEY.public.size - 19))
BLOCK = b"\x6a\x04" + bytes.fromhex(f"{PAN}F") + b"\x12\x49\x00\x00\x01\x01" + REST + b"\xbc"


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.jsonl", content)
    return packed.getvalue()


CODED = {
    "characters": PAN.encode(),
    "BCD": bytes.fromhex(f"{PAN}F"),
    "hex": f"{PAN}F".encode(),
    "hex in small letters": f"{PAN}f".encode(),
    "hex in groups": " ".join(f"{PAN}F"[place : place + 2] for place in range(0, 20, 2)).encode(),
    "hex over two lines": f"{PAN[:8]}\n    {PAN[8:]}F".encode(),
    "characters in hex": PAN.encode().hex().encode(),
    "inside a signature": KEY.sign(BLOCK),
    "inside a signature in hex": KEY.sign(BLOCK).hex().upper().encode(),
    "inside a signature over lines": "\n".join(
        KEY.sign(BLOCK).hex()[at : at + 64] for at in (0, 64, 128, 192, 256, 320)
    ).encode(),
}
PACKED = {
    "as it is": lambda content: b"before " + content + b" after",
    "in a zip": zipped,
    "in a zip in a zip": lambda content: zipped(zipped(content)),
    "in a page inside a page": lambda content: (
        b'"' + base64.b64encode("交互轨迹与结论一并写入".encode() + content)
    ),
    "in gzip and Base64 on a page": lambda content: (
        b"<script>" + base64.b64encode(gzip.compress(content)) + b"</script>"
    ),
}


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("coding", CODED)
def test_what_is_planted_is_found(coding: str, packing: str) -> None:
    assert leaking(PACKED[packing](CODED[coding]), SECRETS) != []


def test_what_recovers_to_the_pan_is_told_as_such() -> None:
    told = leaking(json.dumps({"response": KEY.sign(BLOCK).hex()}).encode(), SECRETS)
    assert told == ["PAN in it", f"a certificate of {KEY.public.size} bytes"]


def test_what_is_nobodys_is_not_found() -> None:
    assert leaking(json.dumps({"response": "6F1A" * 400, "pan": "629999******8907"}).encode(), SECRETS) == []
