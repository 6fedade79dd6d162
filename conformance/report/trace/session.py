"""Follows a session exchange by exchange: the selected application, what it asked for, what it signed.

Certificates are checked as a terminal checks them (EMV Book 2, 5 and 6; PB-6), once all records that the AFL
names have been read: the issuer's key under the CA's, the card's key under the issuer's, SDA, and the dynamic
signature of DDA or fDDA. In a session that broke off before that, nothing is checked and nothing refused.
Where the issuer's test keys are given, cryptograms and MACs are recomputed as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.codec.afl import Afl, AflError
from conformance.codec.apdu import ApduError, CommandApdu
from conformance.codec.dol import Dol, DolError
from conformance.codec.tlv import TlvError, decode_one
from conformance.codec.values import pan_from_bytes
from conformance.crypto.certificates import CertificateError, fdda_terminal_data
from conformance.model.run import Where
from conformance.report.trace import cryptograms
from conformance.report.trace.decode import decode
from conformance.report.trace.known import Known, answer, learn, objects, walk
from conformance.report.trace.node import Words, worded
from conformance.report.trace.scheme import RSA, Scheme, name_of, recovered, scheme_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.codec.apdu import ResponseApdu
    from conformance.crypto.issuer_keys import IssuerKeys
    from conformance.model.run import Exchange
    from conformance.report.trace.cryptograms import Recomputed
    from conformance.report.trace.node import Node
    from conformance.report.trace.scheme import Key

_ISSUER, _ICC, _STATIC, _DYNAMIC, _CRYPTOGRAM = 0x90, 0x9F46, 0x93, 0x9F4B, 0x9F26
_FORMAT_1 = 0x80
_FDDA_01 = 0x80  # byte 4 bit 8 of the TTQ
_SIGNATURE_IS_GENUINE = ("hash", "remainder", "key length")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One certificate, signature or cryptogram: its tag, whether it verified, and which bytes are to blame.

    `ok` is None where it cannot be checked here: no such CA key, or privacy kept the certificate back.
    `fields` is what a recovered certificate says.
    """

    tag: str
    ok: bool | None
    detail: Words
    where: Where
    fields: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """An exchange with what it says, and the checks that became possible with it."""

    exchange: Exchange
    command: Node
    answer: Node | None
    checks: tuple[CheckResult, ...]


def follow(exchanges: Iterable[Exchange], issuer: IssuerKeys | None = None) -> Iterator[Followed]:
    """Decode a session in order; with the `issuer`'s master keys its cryptograms are recomputed."""
    known, application = Known(), _Application(issuer)
    for exchange in exchanges:
        command, answered = decode(exchange, known)
        try:
            sent = CommandApdu.decode(exchange.command)
        except ApduError:
            yield Followed(exchange, command, answered, ())
            continue
        if sent.name == "SELECT":
            application = _Application(issuer)
        checks = application.take(exchange, sent, known)
        yield Followed(exchange, command, answered, checks)
        known = learn(known, exchange.command, exchange.response)


@dataclass(frozen=True, slots=True)
class _Found:
    """A data element and the exchange that carried it; `kept_back` where privacy left zeros of it."""

    value: bytes
    exchange: int
    kept_back: bool = False


@dataclass
class _Application:
    """What the selected application has shown since it was selected."""

    issuer: IssuerKeys | None = None  # master keys, where they are given
    elements: dict[int, _Found] = field(default_factory=dict)
    terminal: dict[int, bytes] = field(default_factory=dict)
    records: dict[tuple[int, int], bytes] = field(default_factory=dict)
    initiated: int | None = None  # number of the GET PROCESSING OPTIONS
    afl: Afl | None = None
    scheme: Scheme = RSA
    icc_key: Key | None = None
    first_cryptogram: bytes = b""
    checked: bool = False

    def take(self, exchange: Exchange, sent: CommandApdu, known: Known) -> tuple[CheckResult, ...]:
        """Learn from one exchange; the checks that it completes."""
        received = answer(exchange.response)
        proved = tuple(self._proved_by_issuer(exchange, sent))
        if received is None or not received.data:
            return proved
        if sent.name == "GET PROCESSING OPTIONS":
            self._initiated(exchange, sent, received, known)
            return tuple(self._proved_by_card(exchange))
        if sent.name == "GENERATE AC":
            self._generated(exchange, sent, received, known)
            return tuple(self._proved_by_card(exchange))
        if sent.name != "INTERNAL AUTHENTICATE":
            self._learn(exchange, received.data)
        if sent.name == "READ RECORD":
            self.records[sent.p2 >> 3, sent.p1] = received.data
        if sent.name == "INTERNAL AUTHENTICATE":
            return self._dda(exchange, sent, received)
        if self.afl is not None and not self.checked and self._all_read(self.afl):
            self.checked = True
            return tuple(self._static_checks())
        return proved

    def _proved_by_card(self, exchange: Exchange) -> Iterator[CheckResult]:
        if self.issuer is not None:
            for each in cryptograms.answered(self._shown, self.issuer):
                yield _compared(each, exchange)

    def _proved_by_issuer(self, exchange: Exchange, sent: CommandApdu) -> Iterator[CheckResult]:
        if self.issuer is None or any(each.side == "command" for each in exchange.redacted):
            return
        if sent.name == "EXTERNAL AUTHENTICATE":
            found = cryptograms.authenticated(self._shown, self.issuer, sent)
        else:
            found = cryptograms.scripted(self._shown, self.issuer, sent, self.first_cryptogram)
        for each in found:
            yield _compared(each, exchange)

    @property
    def _shown(self) -> cryptograms.Shown:
        """What cryptograms can rest on: privacy may have kept back the PAN that keys come from."""
        card = {tag: found.value for tag, found in self.elements.items() if not found.kept_back}
        return cryptograms.Shown(card, self.terminal)

    def _generated(self, exchange: Exchange, sent: CommandApdu, received: ResponseApdu, known: Known) -> None:
        """GENERATE AC: what the terminal told, and the answer of either format (PB-11.2)."""
        try:
            told = Dol.parse(known.cdol2 if known.cryptograms else known.cdol1).split(sent.data)
        except DolError:
            told = {}
        self.terminal |= told
        self.elements.pop(_CRYPTOGRAM, None)
        if received.data[0] == _FORMAT_1:
            value = objects(received.data)[0].value if objects(received.data) else b""
            parts = {0x9F27: value[:1], 0x9F36: value[1:3], _CRYPTOGRAM: value[3:11], 0x9F10: value[11:]}
            self.elements |= {tag: _Found(part, exchange.number) for tag, part in parts.items()}
        else:
            self._learn(exchange, received.data)
        if not known.cryptograms:
            self.first_cryptogram = self._value(_CRYPTOGRAM)

    def _initiated(self, exchange: Exchange, sent: CommandApdu, received: ResponseApdu, known: Known) -> None:
        try:
            self.terminal = dict(Dol.parse(known.pdol).split(sent.data[2:]))
        except DolError:
            self.terminal = {}
        if received.data[0] == _FORMAT_1:
            value = objects(received.data)[0].value if objects(received.data) else b""
            self.elements[0x82] = _Found(value[:2], exchange.number)
            self.elements[0x94] = _Found(value[2:], exchange.number)
        else:
            self._learn(exchange, received.data)
        self.initiated, self.afl, self.records, self.checked = exchange.number, self._located(), {}, False

    def _located(self) -> Afl | None:
        try:
            return Afl.parse(self.elements[0x94].value)
        except (KeyError, AflError):
            return None

    def _learn(self, exchange: Exchange, data: bytes) -> None:
        withheld = {each.path.rsplit("/", 1)[-1] for each in exchange.redacted if each.side == "response"}
        for found in walk(objects(data)):
            kept_back = f"{found.tag:X}" in withheld
            self.elements[found.tag] = _Found(found.value, exchange.number, kept_back)

    def _all_read(self, afl: Afl) -> bool:
        return all((sfi, record) in self.records for sfi, record, _ in afl.records())

    def _value(self, tag: int) -> bytes:
        return self.elements[tag].value if tag in self.elements else b""

    def _where(self, tag: int) -> Where:
        found = self.elements.get(tag)
        return Where(exchange=None if found is None else found.exchange, path=f"{tag:02X}")

    def _static_checks(self) -> Iterator[CheckResult]:
        if _ISSUER not in self.elements:
            return
        if any(self.elements[tag].kept_back for tag in (_ISSUER, _ICC) if tag in self.elements):
            yield CheckResult("90", None, worded("check.kept-back"), self._where(_ISSUER))
            return
        self.scheme = scheme_of(self._value(_ISSUER))
        ca, name = self._ca_key()
        if ca is None:
            yield CheckResult("90", None, worded("check.no-ca-key", key=name), self._where(0x8F))
            return
        try:
            issuer = self.scheme.issuer(ca, self._value, self._pan())
        except CertificateError as error:
            yield self._refused("check.issuer-refused", error, _ISSUER, self._beside(0x92, 0x9F32))
            return
        detail = worded(
            "check.issuer",
            key=name,
            issuer=issuer.issuer_id,
            expiry=f"{issuer.expiry[:2]}/{issuer.expiry[2:]}",
            serial=issuer.serial.hex().upper(),
        )
        fields = recovered(issuer, "certificate.issuer")
        yield CheckResult("90", True, detail, self._where(_ISSUER), fields)
        if _STATIC in self.elements:
            yield self._sda(issuer.public_key)
        if _ICC in self.elements:
            yield from self._icc(issuer.public_key)

    def _sda(self, issuer: Key) -> CheckResult:
        try:
            dac = self.scheme.static(issuer, self._value(_STATIC), self._static_data())
        except CertificateError as error:
            return self._refused("check.sda-refused", error, _STATIC, None)
        return CheckResult("93", True, worded("check.sda", dac=dac.hex().upper()), self._where(_STATIC))

    def _icc(self, issuer: Key) -> Iterator[CheckResult]:
        try:
            icc = self.scheme.icc(issuer, self._value, self._pan(), self._static_data())
        except CertificateError as error:
            yield self._refused("check.icc-refused", error, _ICC, self._beside(0x9F48, 0x9F47))
            return
        self.icc_key = icc.public_key
        detail = worded("check.icc", pan=icc.pan, key=name_of(icc.public_key))
        yield CheckResult("9F46", True, detail, self._where(_ICC), recovered(icc, "certificate.pan"))
        if _DYNAMIC in self.elements and 0x9F37 in self.terminal:
            yield self._fdda(icc.public_key)

    def _fdda(self, icc: Key) -> CheckResult:
        version = self._fdda_version()
        signed = fdda_terminal_data(
            version,
            self.terminal[0x9F37],
            self.terminal.get(0x9F02, b""),
            self.terminal.get(0x5F2A, b""),
            self._value(0x9F69),
        )
        try:
            self.scheme.dynamic(icc, self._value(_DYNAMIC), signed)
        except CertificateError as error:
            return self._refused("check.fdda-refused", error, _DYNAMIC, Where(self.initiated, "9F37"))
        detail = worded("check.fdda", version=f"{version:02d}", un=self.terminal[0x9F37].hex().upper())
        return CheckResult("9F4B", True, detail, self._where(_DYNAMIC))

    def _fdda_version(self) -> int:
        """PB-6.2: 01 where the terminal's TTQ offers it and the card sends 9F69."""
        ttq = self.terminal.get(0x9F66, bytes(4))
        return 1 if len(ttq) == 4 and ttq[3] & _FDDA_01 and 0x9F69 in self.elements else 0

    def _dda(self, exchange: Exchange, sent: CommandApdu, received: ResponseApdu) -> tuple[CheckResult, ...]:
        if self.icc_key is None:
            return ()
        here = Where(exchange=exchange.number, path="9F4B")
        try:
            one = decode_one(received.data)
        except TlvError:
            return (CheckResult("9F4B", False, worded("check.dda-malformed"), here),)
        signature = one.find(_DYNAMIC)
        signed = one.value if one.tag == 0x80 else signature.value if signature is not None else b""
        self.elements[_DYNAMIC] = _Found(signed, exchange.number)
        try:
            dynamic = self.scheme.dynamic(self.icc_key, signed, sent.data)
        except CertificateError as error:
            return (self._refused("check.dda-refused", error, _DYNAMIC, Where(exchange.number, "9F37")),)
        detail = worded("check.dda", un=sent.data.hex().upper(), number=dynamic.hex().upper())
        return (CheckResult("9F4B", True, detail, here),)

    def _refused(self, key: str, error: CertificateError, tag: int, beside: Where | None) -> CheckResult:
        """What a failed check points at: the signature itself, or what stands `beside` it and is signed too.

        A changed signature recovers to noise, so its header or trailer is wrong; a right header with a wrong
        hash means that the signature is genuine and what was hashed with it is not.
        """
        genuine = error.check in _SIGNATURE_IS_GENUINE
        detail = worded(
            f"{key}-data" if error.check == "hash" else key,
            check=worded(f"certificate.{error.check}"),
            expected=error.expected,
            observed=error.observed,
        )
        where = beside if genuine and beside is not None else self._where(tag)
        return CheckResult(f"{tag:02X}", False, detail, where)

    def _beside(self, *tags: int) -> Where | None:
        """The first of these that the card has shown."""
        return next((self._where(tag) for tag in tags if tag in self.elements), None)

    def _ca_key(self) -> tuple[Key | None, str]:
        rid, index = self._rid(), self._value(0x8F)
        name = f"{rid.hex().upper()}/{index.hex().upper()}"
        return (self.scheme.ca_keys().get((rid, index[0])) if index else None), name

    def _rid(self) -> bytes:
        return (self._value(0x84) or self._value(0x4F))[:5]

    def _static_data(self) -> bytes:
        """Signed records in the AFL's order, without template 70 in files 1 to 10; the AIP if 9F4A asks."""
        parts = []
        for sfi, record, signed in self.afl.records() if self.afl else ():
            if signed:
                data = self.records[sfi, record]
                parts.append(_content(data) if sfi <= 10 else data)
        return b"".join(parts) + (self._value(0x82) if self._value(0x9F4A) == b"\x82" else b"")

    def _pan(self) -> str | None:
        try:
            return pan_from_bytes(self._value(0x5A))
        except ValueError:
            return None


def _content(record: bytes) -> bytes:
    try:
        return decode_one(record).value
    except TlvError:
        return record


def _compared(found: Recomputed, exchange: Exchange) -> CheckResult:
    here = Where(exchange.number, found.tag)
    if found.holds:
        return CheckResult(found.tag, True, worded("check.recomputed", what=found.proves), here)
    sides = {"computed": found.computed.hex().upper(), "observed": found.observed.hex().upper()}
    return CheckResult(found.tag, False, worded("check.differs", what=found.proves, **sides), here)
