"""A card in a contact reader, taken through a transaction one command at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.codec import apdu, tlv
from conformance.codec.apdu import CommandApdu
from conformance.codec.bits import Cvr
from conformance.codec.dol import Dol
from conformance.codec.values import IssuerApplicationData
from conformance.crypto import authority
from conformance.crypto.cryptogram import arpc
from conformance.crypto.des import retail_mac, tdes_encrypt
from conformance.crypto.keys import CardKeys, derive_udk, session_key
from conformance.sim import card as sim_card

if TYPE_CHECKING:
    from conformance.codec.apdu import ResponseApdu

AID = bytes.fromhex("A000000333010101")
PSE = b"1PAY.SYS.DDF01"
PAN, PSN = "6210948000000011", "01"
AAC, TC, ARQC, CDA = 0x00, 0x40, 0x80, 0x10
CDOL1 = Dol.parse(bytes.fromhex("9F02069F03069F1A0295055F2A029A039C019F37049F21039F4E149F3403"))
CDOL2 = Dol.parse(bytes.fromhex("8A029F02069F03069F1A0295055F2A029A039C019F37049F2103"))
CASH_PDOL = Dol.parse(bytes.fromhex("9F7A019F02065F2A02"))
TERMINAL = {
    0x8A: b"00".hex(),
    0x9F02: "000000000100",
    0x9F03: "000000000000",
    0x9F1A: "0156",
    0x95: "0000000000",
    0x5F2A: "0156",
    0x9A: "260501",
    0x9C: "00",
    0x9F37: "11223344",
    0x9F21: "101112",
    0x9F7A: "01",
}


def udk() -> CardKeys:
    master = authority.demonstration().imk
    return CardKeys(*(derive_udk(key, PAN, PSN) for key in (master.ac, master.mac, master.enc)))


@dataclass(frozen=True)
class Answer:
    """What GENERATE AC answered in format 1."""

    cid: int
    atc: bytes
    ac: bytes
    iad: bytes

    @property
    def cvr(self) -> Cvr:
        return Cvr.from_bytes(IssuerApplicationData.parse(self.iad).cvr)


@dataclass
class ContactReader:
    """Sends commands; `ac` and `atc` are those of the transaction under way."""

    card: sim_card.SimulatedCard
    ac: bytes = b""
    atc: bytes = b""
    sent: dict[int, bytes] = field(default_factory=dict)

    def send(self, cla: int, ins: int, p1: int, p2: int, data: bytes = b"") -> ResponseApdu:
        return self.card.process(CommandApdu(cla, ins, p1, p2, data, None))

    def select(self, name: bytes = AID) -> ResponseApdu:
        return self.card.process(apdu.select(name))

    def values(self, changed: dict[str, str]) -> dict[int, bytes]:
        values = TERMINAL | {int(name[1:], 16): value for name, value in changed.items()}
        self.sent = {tag: bytes.fromhex(value) for tag, value in values.items()}
        return self.sent

    def begin(self, pdol: bytes = b"") -> ResponseApdu:
        self.select()
        return self.card.process(apdu.get_processing_options(pdol))

    def cash(self, **changed: str) -> ResponseApdu:
        """SELECT and GPO with the PDOL of electronic cash."""
        return self.begin(CASH_PDOL.fill(self.values(changed)))

    def generate(self, asked: int, dol: Dol = CDOL1, **changed: str) -> ResponseApdu:
        return self.card.process(apdu.generate_ac(asked, dol.fill(self.values(changed))))

    def first(self, asked: int = TC, **changed: str) -> Answer:
        answer = opened(self.generate(asked, **changed))
        self.ac, self.atc = answer.ac, answer.atc
        return answer

    def second(self, asked: int = TC, **changed: str) -> Answer:
        return opened(self.generate(asked, CDOL2, **changed))

    def pay(self, asked: int = TC, **changed: str) -> Answer:
        """SELECT, GPO without PDOL, GENERATE AC 1."""
        self.begin()
        return self.first(asked, **changed)

    def online(self, **changed: str) -> Answer:
        """A whole online transaction, approved and without issuer authentication."""
        self.pay(ARQC, **changed)
        return self.second(TC, **changed)

    def authenticate(self, code: bytes = b"00", *, wrong: bool = False) -> ResponseApdu:
        """EXTERNAL AUTHENTICATE with the right ARPC, or one that is not."""
        proof = arpc(self.key(udk().ac), self.ac, code)
        proof = bytes(8) if wrong else proof
        return self.card.process(apdu.external_authenticate(proof + code))

    def key(self, of: bytes) -> bytes:
        return session_key(of, int.from_bytes(self.atc, "big"))

    def script(self, cla: int, ins: int, p1: int, p2: int, data: bytes = b"", *, wrong: bool = False) -> int:
        """One issuer script with its MAC; the status word."""
        head = bytes((cla, ins, p1, p2, len(data) + 4))
        mac = retail_mac(self.key(udk().mac), head + self.atc + self.ac + data)[:4]
        return self.send(cla, ins, p1, p2, data + (bytes(4) if wrong else mac)).sw

    def put(self, tag: int, value: str, *, wrong: bool = False) -> int:
        return self.script(0x04, 0xDA, tag >> 8, tag & 0xFF, bytes.fromhex(value), wrong=wrong)

    def change_pin(self, pin: str, *, old: str | None = None) -> int:
        mixed = int(f"0{len(pin):X}{pin}".ljust(16, "F"), 16) ^ int.from_bytes(udk().enc[4:8], "big")
        mixed ^= int(old.ljust(16, "0"), 16) if old else 0
        block = b"\x08" + mixed.to_bytes(8, "big") + b"\x80" + bytes(6)
        data = tdes_encrypt(self.key(udk().enc), block)
        return self.script(0x84, 0x24, 0x00, 0x01 if old else 0x02, data)

    def verify(self, pin: str = "1234") -> int:
        return self.card.process(apdu.verify_pin(pin)).sw

    def read(self, sfi: int, record: int) -> ResponseApdu:
        return self.card.process(apdu.read_record(sfi, record))

    def get(self, tag: int) -> bytes:
        return tlv.decode_one(self.card.process(apdu.get_data(tag)).data).value


def opened(answer: ResponseApdu) -> Answer:
    """The parts of format 1: 80 L CID ATC AC IAD."""
    assert answer.ok, answer.sw
    value = tlv.decode_one(answer.data).value
    return Answer(value[0], value[1:3], value[3:11], value[11:])


def contact(
    profile: str = "debit-credit", changed: dict[str, str] | None = None, **more: Any
) -> ContactReader:
    """A fresh card in a contact reader; `changed` are elements by tag, both in hex."""
    elements = {int(tag, 16): bytes.fromhex(value) for tag, value in (changed or {}).items()}
    card = sim_card.build(profile, interface="contact", elements=elements, **more)
    card.power_on()
    return ContactReader(card)
