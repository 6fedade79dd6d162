"""What a PC/SC reader is and can do, asked of it and of the card in it; nothing is taken from a data sheet.

What a reader does not tell stays None. A card is asked for nothing but the payment environments, in
the field and over contacts, which any card answers or refuses without taking harm.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.codec.apdu import CommandApdu
from conformance.link.outcomes import LinkOutcome, NoPcscService, ReaderGone
from conformance.link.pcsc import PcscCard, pyscard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType
    from typing import Self

_OK = 0
_NO_CARD = frozenset((0x8010000C, 0x80100069))
_GET_FEATURES = 3400  # CM_IOCTL_GET_FEATURE_REQUEST, PC/SC part 10
_TLV_PROPERTIES = 0x12  # FEATURE_GET_TLV_PROPERTIES
_LARGEST_APDU = 0x0A  # dwMaxAPDUDataSize
_VERSION_SIZE = 4
_CONTROL_CODE = 4  # bytes of one in the list of features
_CONTACTLESS = bytes.fromhex("8001")  # TD1 and TD2 that PC/SC part 3 gives a contactless card
_PROBES = tuple(  # the environments in the field and over contacts
    CommandApdu(0x00, 0xA4, 0x04, 0x00, name) for name in (b"2PAY.SYS.DDF01", b"1PAY.SYS.DDF01")
)
_EXTENDED = replace(_PROBES[0], le=256, extended=True)
_MORE = 0x61
_INSERTION_S = 1.0


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card in the reader shows of the way to it.

    `protocols` are those that the reader connects with, "T=0" and "T=1"; a `contactless` card stands behind
    T=1 whatever the air says. `hands_on_61xx` is None where no 61xx came. `extended` says whether an APDU of
    extended length reached the card.
    """

    atr: bytes
    protocols: tuple[str, ...]
    contactless: bool
    hands_on_61xx: bool | None
    extended: bool


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """What a reader tells of itself; `card` is None while it is empty, `fault` why it could not be asked.

    `largest_apdu` is in bytes of data, as the driver states it.
    """

    name: str
    vendor: str | None = None
    driver: str | None = None
    serial: str | None = None
    largest_apdu: int | None = None
    card: CardFacts | None = None
    fault: str | None = None


def facts(name: str) -> ReaderFacts:
    """Ask a reader, and the card in it; a fault of the reader is told, and raised is NoPcscService alone."""
    try:
        with _Direct(name) as direct:
            told: dict[str, Any] = {
                "vendor": direct.text("SCARD_ATTR_VENDOR_NAME"),
                "driver": direct.version(),
                "serial": direct.text("SCARD_ATTR_VENDOR_IFD_SERIAL_NO"),
                "largest_apdu": direct.largest_apdu(),
            }
        return ReaderFacts(name, **told, card=_card(name))
    except NoPcscService:
        raise
    except LinkOutcome as outcome:
        return ReaderFacts(name, fault=str(outcome))


def round_trips(name: str, count: int) -> Sequence[int]:
    """Nanoseconds from the command to the answer of so many selections of the PPSE, one after the other."""
    link = PcscCard(name, insertion_s=_INSERTION_S)
    try:
        link.reset()
        taken = []
        for _ in range(count):
            started = time.perf_counter_ns()
            link.exchange(_PROBES[0])
            taken.append(time.perf_counter_ns() - started)
        return taken
    finally:
        link.close()


def _card(name: str) -> CardFacts | None:
    """What the card shows; None in an empty reader. A mute card is told like a reader's fault."""
    protocols = tuple(_protocols(name))
    if not protocols:
        return None
    link = PcscCard(name, insertion_s=_INSERTION_S)
    try:
        atr = link.reset()
        hands_on = _hands_on(link)
        return CardFacts(atr, protocols, atr[2:4] == _CONTACTLESS, hands_on, _takes_extended(link))
    finally:
        link.close()


def _hands_on(link: PcscCard) -> bool | None:
    """Whether 61xx comes through; data that nobody fetched over T=0 were fetched by the driver itself."""
    answers = [link.exchange(each) for each in _PROBES]
    if any(each.sw.sw1 == _MORE for each in answers):
        return True
    return False if link.protocol == "T=0" and any(each.data for each in answers) else None


def _takes_extended(link: PcscCard) -> bool:
    """An APDU of extended length comes back with a status word, whichever it is."""
    try:
        link.exchange(_EXTENDED)
    except LinkOutcome:
        return False
    return True


def _protocols(name: str) -> Sequence[str]:
    """The protocols that the reader connects the card in it with; none where it is empty."""
    library, found = pyscard(), []
    with _Context() as context:
        for word, protocol in (("T=0", library.SCARD_PROTOCOL_T0), ("T=1", library.SCARD_PROTOCOL_T1)):
            code, card, _ = library.SCardConnect(context, name, library.SCARD_SHARE_EXCLUSIVE, protocol)
            if code == _OK:
                library.SCardDisconnect(card, library.SCARD_UNPOWER_CARD)
                found.append(word)
            elif code & 0xFFFFFFFF in _NO_CARD:
                return ()
    return found


class _Context:
    """A connection with the PC/SC service."""

    def __enter__(self) -> int:
        code, self._context = pyscard().SCardEstablishContext(pyscard().SCARD_SCOPE_SYSTEM)
        if code != _OK:
            raise NoPcscService(pyscard().SCardGetErrorMessage(code))
        return int(self._context)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pyscard().SCardReleaseContext(self._context)


class _Direct:
    """A reader without its card: attributes of PC/SC part 3, features of part 10."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._context = _Context()

    def __enter__(self) -> Self:
        library, context = pyscard(), self._context.__enter__()
        code, self._reader, _ = library.SCardConnect(context, self._name, library.SCARD_SHARE_DIRECT, 0)
        if code != _OK:
            self._context.__exit__(None, None, None)
            raise ReaderGone(library.SCardGetErrorMessage(code))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pyscard().SCardDisconnect(self._reader, pyscard().SCARD_LEAVE_CARD)
        self._context.__exit__(kind, error, trace)

    def text(self, attribute: str) -> str | None:
        """An attribute in ASCII, by its name in PC/SC."""
        return self._attribute(attribute).rstrip(b"\0").decode("ascii", "replace") or None

    def version(self) -> str | None:
        """The driver's version, four bytes: build in the lower two, then minor and major."""
        raw = self._attribute("SCARD_ATTR_VENDOR_IFD_VERSION")
        if len(raw) != _VERSION_SIZE:
            return None
        build, minor, major = struct.unpack("<HBB", raw)
        return f"{major}.{minor}.{build}"

    def largest_apdu(self) -> int | None:
        """What the driver says is the largest APDU, where it says anything (PC/SC part 10)."""
        code = dict(_tlv(self._control(pyscard().SCARD_CTL_CODE(_GET_FEATURES)))).get(_TLV_PROPERTIES)
        if code is None or len(code) != _CONTROL_CODE:
            return None
        largest = dict(_tlv(self._control(int.from_bytes(code)))).get(_LARGEST_APDU)
        return None if largest is None else int.from_bytes(largest, "little")

    def _attribute(self, name: str) -> bytes:
        code, raw = pyscard().SCardGetAttrib(self._reader, getattr(pyscard(), name))
        return bytes(raw) if code == _OK else b""

    def _control(self, code: int) -> bytes:
        result, raw = pyscard().SCardControl(self._reader, code, [])
        return bytes(raw) if result == _OK else b""


def _tlv(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag, length and value of one byte each, as part 10 lists features and properties."""
    at = 0
    while at + 1 < len(raw):
        yield raw[at], raw[at + 2 : at + 2 + raw[at + 1]]
        at += 2 + raw[at + 1]
