"""Status words of purse cards and PSAMs, and the way to answer with one (ISO/IEC 7816-4; HW-42)."""

from __future__ import annotations

from typing import Final

from conformance.codec.apdu import ResponseApdu
from conformance.codec.status import StatusWord

OK: Final = StatusWord(0x9000)
WRONG_LENGTH: Final = StatusWord(0x6700)
WRONG_STRUCTURE: Final = StatusWord(0x6981)
CONDITIONS_NOT_SATISFIED: Final = StatusWord(0x6985)
WRONG_DATA: Final = StatusWord(0x6A80)
FILE_NOT_FOUND: Final = StatusWord(0x6A82)
RECORD_NOT_FOUND: Final = StatusWord(0x6A83)
WRONG_P1_P2: Final = StatusWord(0x6A86)
WRONG_OFFSET: Final = StatusWord(0x6B00)
INSTRUCTION_NOT_SUPPORTED: Final = StatusWord(0x6D00)
CLASS_NOT_SUPPORTED: Final = StatusWord(0x6E00)
MAC_INCORRECT: Final = StatusWord(0x9302)
BALANCE_TOO_LOW: Final = StatusWord(0x9401)
KEY_NOT_SUPPORTED: Final = StatusWord(0x9403)
PROOF_NOT_AVAILABLE: Final = StatusWord(0x9406)
LOCKED: Final = StatusWord(0x6983)


class Refused(Exception):  # noqa: N818  a status word other than 9000 is an answer, not an error of ours
    """The card answers with this status word and without data."""

    def __init__(self, status: StatusWord) -> None:
        super().__init__(str(status))
        self.status = status


def answer(content: bytes = b"") -> ResponseApdu:
    """9000 with this content."""
    return ResponseApdu(content, OK)
