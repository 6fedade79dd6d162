"""A transaction over contacts as a case drives it: one verb for each command, state kept between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import apdu, tlv
from conformance.codec.afl import Afl, AflError
from conformance.codec.apdu import CommandApdu
from conformance.codec.dol import Dol, DolError
from conformance.codec.tags import Tag
from conformance.codec.values import pan_from_bytes
from conformance.kernel.answers import template
from conformance.kernel.select import parse_fci
from conformance.kernel.termination import TerminatedError
from conformance.runner.card import issuer as judged
from conformance.runner.card import told as terminal
from conformance.runner.card.answer import Cryptogram, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import ResponseApdu
    from conformance.runner.card.issuer import Issuer, SessionKeys

_ASKED = {"AAC": 0x00, "TC": 0x40, "ARQC": 0x80}
_CDA = 0x10
_UNIONPAY = "A0000003330101"
_PIN_UNBLOCK, _PIN_CHANGE = 0x00, 0x02


class ContactDialogue:
    """One transaction, from `initiate` on. Amounts in yuan; what is told in hex by tag."""

    def __init__(self, exchange: Callable[[CommandApdu], ResponseApdu], issuer: Issuer) -> None:
        self._exchange = exchange
        self._issuer = issuer
        self._told: dict[int, bytes] = {}
        self._first = b""
        self._generated = 0
        self.card: dict[int, bytes] = {}
        self.static_data = b""
        self.given: list[int] = []  # the tags of the records, as often as they came
        self._listed: list[bytes] = []

    def initiate(
        self, amount: str = "10.00", *, aid: str = _UNIONPAY, told: Mapping[int, str] | None = None
    ) -> ResponseApdu:
        """SELECT, GET PROCESSING OPTIONS and every record of the AFL; the answer to GPO."""
        response = self.start(amount, aid=aid, told=told)
        self.read_records()
        return response

    def start(
        self, amount: str = "10.00", *, aid: str = _UNIONPAY, told: Mapping[int, str] | None = None
    ) -> ResponseApdu:
        """SELECT and GET PROCESSING OPTIONS."""
        selected = self._exchange(apdu.select(bytes.fromhex(aid)))
        application = parse_fci(template(selected, Tag.FCI_TEMPLATE, "select"), b"")
        self.card, self._first, self._generated = {Tag.DF_NAME: application.df_name}, b"", 0
        self._told = terminal.values(amount, told or {})
        values = application.pdol.fill(self._told) if application.pdol else b""
        self._listed = [values]
        response = self._exchange(apdu.get_processing_options(values))
        if response.ok:
            value = template(response, Tag.RESPONSE_TEMPLATE_1, "gpo").value
            self.card |= {Tag.AIP: value[:2], Tag.AFL: value[2:]}
        return response

    def read_records(self) -> None:
        """READ RECORD for all that the AFL names, in its order."""
        self.static_data, self.given = b"", []
        for sfi, record, signed in self._afl().records():
            response = self._exchange(apdu.read_record(sfi, record))
            content = template(response, Tag.READ_RECORD_TEMPLATE, "record")
            self.card |= {child.tag: child.value for child in content.children}
            self.given += [child.tag for child in content.children]
            if signed:
                self.static_data += content.value if sfi <= 10 else response.data

    def _afl(self) -> Afl:
        try:
            return Afl.parse(self.card[Tag.AFL])
        except (KeyError, AflError) as error:
            raise TerminatedError("afl-malformed", str(error)) from None

    def asked_by(self, tag: int) -> tuple[int, ...]:
        """The tags that a list of the card asks for, 8C or 8D."""
        try:
            return tuple(entry.tag for entry in Dol.parse(self.card[tag]).entries)
        except (KeyError, DolError) as error:
            raise TerminatedError("cdol-missing", str(error)) from None

    def cdol_data(self, told: Mapping[int, str] | None = None) -> bytes:
        """What the card's CDOL1 or, after the first cryptogram, CDOL2 asks for."""
        tag = Tag.CDOL2 if self._generated else Tag.CDOL1
        self._told |= {each: bytes.fromhex(text) for each, text in (told or {}).items()}
        try:
            return Dol.parse(self.card[tag]).fill(self._told)
        except (KeyError, DolError) as error:
            raise TerminatedError("cdol-missing", str(error)) from None

    def generate_ac(
        self, kind: str, *, cda: bool = False, told: Mapping[int, str] | None = None
    ) -> Cryptogram:
        """GENERATE AC asking for "TC", "ARQC" or "AAC", with what the CDOL wants."""
        data = self.cdol_data(told)
        response = self._exchange(apdu.generate_ac(_ASKED[kind] | (_CDA if cda else 0), data))
        answer = self._cryptogram(response)
        if response.ok:
            self._listed.append(data)
            self._generated += 1
            self._first = self._first or answer.value
        return answer

    def send_generate_ac(self, kind: str, data: bytes, *, cda: bool = False) -> ResponseApdu:
        """GENERATE AC with these very data, whatever the card answers; nothing of it is kept."""
        return self._exchange(apdu.generate_ac(_ASKED[kind] | (_CDA if cda else 0), data))

    def pay(self, kind: str, *, amount: str = "1.00", told: Mapping[int, str] | None = None) -> Cryptogram:
        """`initiate` and GENERATE AC 1."""
        self.initiate(amount, told=told)
        return self.generate_ac(kind)

    def approve_online(self) -> Cryptogram:
        """A whole online transaction that its issuer approves without authenticating itself.

        It takes back what earlier transactions left behind: totals, counters, flags (PB-11.5).
        """
        self.pay("ARQC")
        return self.generate_ac("TC")

    def _cryptogram(self, response: ResponseApdu) -> Cryptogram:
        if not response.ok:
            return Cryptogram(response)
        objects = _objects(response)
        atc, data = objects.get(Tag.ATC, b""), objects.get(Tag.ISSUER_APPLICATION_DATA, b"")
        self.card |= {Tag.ATC: atc, Tag.ISSUER_APPLICATION_DATA: data}
        information = objects.get(Tag.CID, b"\xff")[:1]
        computed = idd = b""
        if self._issuer.keys is not None and len(atc) == 2:
            keys = self._keys()
            computed = judged.application_cryptogram(keys, self._told, self.card[Tag.AIP], atc, data)
            idd = judged.idd_mac(keys, atc, data)
        return Cryptogram(
            response, kind_of(information[0]), atc, objects.get(Tag.AC, b""), data, computed, idd,
            information[0] & 0x0F,
        )  # fmt: skip

    def authenticate_issuer(self, code: str = "00", *, forged: bool = False) -> ResponseApdu:
        """EXTERNAL AUTHENTICATE with the ARPC of this code, or with one bit of it turned."""
        data = bytearray(judged.arpc(self._keys(), self._first, code.encode()))
        data[0] ^= int(forged)
        self._told[Tag.AUTHORISATION_RESPONSE_CODE] = code.encode()
        return self._exchange(apdu.external_authenticate(bytes(data)))

    def script(self, header: str, data: str = "", *, forged: bool = False) -> ResponseApdu:
        """A secured command: CLA INS P1 P2 and its data in hex, MAC added, or added with one bit turned."""
        keys, atc = self._keys(), self.card[Tag.ATC]
        raw = bytearray(judged.script(keys, bytes.fromhex(header), bytes.fromhex(data), atc, self._first))
        raw[-1] ^= int(forged)
        return self._exchange(CommandApdu.decode(bytes(raw)))

    def put_data(self, tag: int, value: str, *, forged: bool = False) -> ResponseApdu:
        """PUT DATA of an element by tag, its value in hex."""
        return self.script(f"04DA{tag:04X}", value, forged=forged)

    def change_pin(self, pin: str, *, hidden_by: str = "enc") -> ResponseApdu:
        """PIN CHANGE without the old PIN."""
        data = judged.enciphered_pin(self._keys(), pin, hidden_by=hidden_by)
        return self.script(f"842400{_PIN_CHANGE:02X}", data.hex())

    def unblock_pin(self) -> ResponseApdu:
        """PIN UNBLOCK: the tries come back."""
        return self.script(f"842400{_PIN_UNBLOCK:02X}")

    def get_challenge(self) -> ResponseApdu:
        """GET CHALLENGE."""
        return self._exchange(apdu.get_challenge())

    def verify(self, pin: str) -> ResponseApdu:
        """VERIFY with a plain PIN."""
        return self._exchange(apdu.verify_pin(pin))

    def transaction_data(self, answer: Cryptogram) -> bytes:
        """What the hash in a CDA signature is over: DOL values, then the answer's objects without 9F4B."""
        objects = template(answer.response, Tag.RESPONSE_TEMPLATE_2, "generate-ac").children
        kept = (tlv.encode(each.tag, each.value) for each in objects if each.tag != _SIGNATURE)
        return b"".join(self._listed) + b"".join(kept)

    def _keys(self) -> SessionKeys:
        try:
            pan, psn = pan_from_bytes(self.card[Tag.PAN]), self.card.get(Tag.PAN_SEQUENCE_NUMBER, b"\0").hex()
        except (KeyError, ValueError) as error:
            raise TerminatedError("record-object-missing", f"5A: {error}") from None
        data = self.card.get(Tag.ISSUER_APPLICATION_DATA, b"")
        return self._issuer.session(pan, psn, self.card[Tag.ATC], data)


_SIGNATURE = Tag.SIGNED_DYNAMIC_APPLICATION_DATA


def _objects(response: ResponseApdu) -> dict[int, bytes]:
    """The answer of GENERATE AC in either format (PB-11.2)."""
    try:
        answer = tlv.decode_one(response.data)
    except tlv.TlvError as error:
        raise TerminatedError("generate-ac-malformed", str(error)) from None
    if answer.tag == Tag.RESPONSE_TEMPLATE_1:
        value = answer.value
        return {
            Tag.CID: value[:1],
            Tag.ATC: value[1:3],
            Tag.AC: value[3:11],
            Tag.ISSUER_APPLICATION_DATA: value[11:],
        }
    return {child.tag: child.value for child in answer.children}
