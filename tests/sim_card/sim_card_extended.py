"""A card with the extended application, used at an entry, an exit, a hotel."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sim_card_images import card, image, with_pdol
from sim_card_reader import AID, LAST, TERMINAL

from conformance.codec import apdu, tlv
from conformance.codec.apdu import CommandApdu
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.crypto.des import retail_mac, tdes_encrypt
from conformance.sim.card import CardRules, Interface, SimulatedCard
from conformance.sim.card.plan import CappFile, CappRecord

if TYPE_CHECKING:
    from conformance.codec.apdu import ResponseApdu

METRO, BUS, HISTORY = 0x15, 0x16, 0x1E
OPEN_KEY = bytes.fromhex("11" * 8 + "22" * 8)
MANAGEMENT_KEY = bytes.fromhex("D5F1FE4A7F8C20FDEC49150BA2E00EDF")
RECORD = bytes.fromhex("05700700000000000000")
RANDOM = bytes.fromhex("1234567812345678")
SEGMENT, HOLD, COMPLETION = "01", "02", "03"
_PDOL = Dol.parse(bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C019F3704DF6001"))


def entered(number: int, station: int = 0, *, of: bytes = RECORD) -> bytes:
    """A record with this ID and a station in it."""
    return number.to_bytes(2, "big") + of[2:-1] + bytes((station,))


@dataclass
class Gate:
    """Sends commands to a card with the extended application; `atc` is that of the newest GPO."""

    card: SimulatedCard
    atc: bytes = b""
    values: dict[int, bytes] = field(default_factory=dict)

    def send(self, cla: int, ins: int, p1: int, p2: int, data: bytes = b"") -> ResponseApdu:
        return self.card.process(CommandApdu(cla, ins, p1, p2, data, None))

    def select(self) -> ResponseApdu:
        return self.card.process(apdu.select(AID))

    def read_capp(
        self, number: int = 0x0570, sfi: int = METRO, *, following: bool = False, random: bytes = b""
    ) -> ResponseApdu:
        return self.send(0x80, 0xB4, 0, sfi << 3 | following, number.to_bytes(2, "big") + random)

    def gpo(self, indicator: str, amount: int = 0, **changed: str) -> ResponseApdu:
        values = TERMINAL | {int(name[1:], 16): value for name, value in changed.items()}
        values |= {0x9F02: f"{amount:012d}", 0xDF60: indicator}
        self.values = {tag: bytes.fromhex(value) for tag, value in values.items()}
        answer = self.card.process(apdu.get_processing_options(_PDOL.fill(self.values)))
        self.atc = self.found(answer, Tag.ATC) or b"" if answer.ok else b""
        return answer

    def update(
        self, content: bytes, sfi: int = METRO, key: bytes = MANAGEMENT_KEY, *, wrong: bool = False
    ) -> ResponseApdu:
        head = bytes((0x84, 0xDE, 0, sfi << 3, len(content) + 4))
        mac = retail_mac(key, head + content, self.atc.rjust(8, b"\0"))[:4]
        return self.send(0x84, 0xDE, 0, sfi << 3, content + (bytes(4) if wrong else mac))

    def append(
        self, content: bytes, sfi: int = METRO, key: bytes = MANAGEMENT_KEY, *, wrong: bool = False
    ) -> int:
        data = tdes_encrypt(OPEN_KEY, key) + content
        head = bytes((0x04, 0xE2, 0, sfi << 3, len(data) + 4))
        mac = retail_mac(OPEN_KEY, head + data, self.get(Tag.ATC).rjust(8, b"\0"))[:4]
        return self.send(0x04, 0xE2, 0, sfi << 3, data + (bytes(4) if wrong else mac)).sw

    def read(self, sfi: int, record: int) -> ResponseApdu:
        return self.card.process(apdu.read_record(sfi, record))

    def pay(self, indicator: str, amount: int, number: int = 0x0570, station: int = 1) -> None:
        """A whole transaction with one update."""
        self.select()
        assert self.read_capp(number).ok
        answer = self.gpo(indicator, amount)
        assert self.found(answer, Tag.AFL), answer
        assert self.update(entered(number, station)).ok
        assert self.read(*LAST).ok

    def get(self, tag: int) -> bytes:
        return tlv.decode_one(self.card.process(apdu.get_data(tag)).data).value

    def amounts(self) -> tuple[int, int]:
        """Balance and DF63."""
        self.select()
        return int(self.get(Tag.EC_BALANCE).hex()), int(self.get(Tag.DEDUCTED_AMOUNT).hex())

    @staticmethod
    def found(answer: ResponseApdu, tag: int) -> bytes | None:
        one = tlv.decode_one(answer.data).find(tag)
        return one.value if one else None


def gate(
    *,
    extended: str = "02",
    deposit: int = 0,
    balance: int = 100_000,
    rules: CardRules | None = None,
    cache: int = 1024,
) -> Gate:
    """A dual-interface card with four metro records, a bus file without any, and a history of two entries."""
    elements = {
        0xDF61: bytes.fromhex(extended),
        0xDF62: bytes.fromhex(f"{deposit:012d}"),
        0xDF63: bytes(6),
        0x9F78: bytes.fromhex("000000100000"),
        0x9F77: bytes.fromhex("000000200000"),
        0x9F6B: bytes.fromhex("000000100000"),
    }
    metro = tuple(CappRecord(MANAGEMENT_KEY, entered(number)) for number in range(0x0570, 0x0574))
    files = (
        CappFile(METRO, 255, OPEN_KEY, size=64, records=metro),
        CappFile(BUS, 255, OPEN_KEY),
        CappFile(HISTORY, 16, OPEN_KEY, cyclic_records=2),
    )
    made = with_pdol(image(Interface.CONTACTLESS, elements), "DF6001")
    made = replace(made, capp_files=files, capp_cache=cache)
    return Gate(card(made, balance, rules, {Interface.CONTACT: image(Interface.CONTACT, elements)}))


def extended_session(rules: CardRules) -> None:
    """Everything that the extended application has."""
    one = gate(extended="82", rules=rules)
    one.select()
    one.read_capp(random=RANDOM)
    one.gpo(SEGMENT, 100)
    one.update(entered(0x0570, 1))
    one.read(*LAST)
    one.append(entered(0x0601), BUS)
    one.send(0x80, 0x5A, 0, 0, one.atc)
