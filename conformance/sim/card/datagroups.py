"""A card image made elsewhere: finished data groups (DGI) of EMV card personalisation, taken as they are.

A group is what STORE DATA brings for it, without the DGI and its length, and in the clear: keys here are test
keys. What the groups say becomes the same plan that a described application has; nothing is made anew.
The numbers of the groups are those of PBOC 2.0 and 3.0 cards (PB-1.1); the GPO groups 9104, 9203, 9207, the
group 9200 and the parts of the ICC key are of confidence M (PB-1.2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from conformance.codec import tlv
from conformance.codec.afl import Afl, AflError
from conformance.codec.tags import Tag
from conformance.codec.tlv import Tlv, TlvError, tag_hex
from conformance.codec.values import pan_from_bytes
from conformance.crypto.keys import CardKeys
from conformance.crypto.laboratory import tdes_kcv
from conformance.crypto.rsa import RsaPrivateKey
from conformance.sim.card.plan import CappFile, InterfacePlan, PathPlan, RecordPlan

Note = Callable[[int | None, str], None]
"""Takes a problem: the group that has it, None for the image, and a sentence."""

FCI_CONTACT, FCI_CONTACTLESS = 0x9102, 0x9103
GPO_DEBIT_CREDIT, GPO_CASH, GPO_QPBOC = 0x9104, 0x9203, 0x9207
ISSUER_DATA = 0x9200
INTERNAL = (0x0D01, 0x0E01)
KEYS, KEY_CHECKS = 0x8000, 0x9000
PIN, PIN_LIMITS = 0x8010, 0x9010
CAPP_FILES, CAPP_KEYS, CAPP_KEY_CHECKS = 0xA001, 0x8020, 0x9020
COEFFICIENT, EXPONENT_Q, EXPONENT_P, PRIME_Q, PRIME_P = 0x8201, 0x8202, 0x8203, 0x8204, 0x8205

SUPPORTED: Mapping[int, str] = {
    FCI_CONTACT: "FCI over contacts: A5",
    FCI_CONTACTLESS: "FCI in the field: A5",
    GPO_DEBIT_CREDIT: "GPO of debit and credit: 82, 94",
    GPO_CASH: "GPO of electronic cash: 82, 94",
    GPO_QPBOC: "GPO of qPBOC: 82, 94 and what else it shows",
    ISSUER_DATA: "issuer application data: 9F10",
    **dict.fromkeys(INTERNAL, "elements that the card keeps for itself"),
    KEYS: "keys of 3DES: AC, MAC, ENC",
    KEY_CHECKS: "check values of 8000",
    PIN: "offline PIN, format 2",
    PIN_LIMITS: "PIN try counter and limit",
    CAPP_FILES: "extended application files",
    CAPP_KEYS: "open keys of the files in A001",
    CAPP_KEY_CHECKS: "check values of 8020",
    COEFFICIENT: "ICC key: q^-1 mod p",
    EXPONENT_Q: "ICC key: d mod (q - 1)",
    EXPONENT_P: "ICC key: d mod (p - 1)",
    PRIME_Q: "ICC key: q",
    PRIME_P: "ICC key: p",
}
REFUSED: Mapping[int, str] = {
    0x8101: "an ICC key by its exponent is not taken; give the primes, 8201 to 8205",
    0x8103: "an ICC key by its modulus is not taken; give the primes, 8201 to 8205",
    0x9114: "SM beside RSA is not taken from an image: no source says which groups hold its keys",
    0x9213: "SM beside RSA is not taken from an image: no source says which groups hold its keys",
    0x9217: "SM beside RSA is not taken from an image: no source says which groups hold its keys",
}
_RSA = (COEFFICIENT, EXPONENT_Q, EXPONENT_P, PRIME_Q, PRIME_P)
_RECORD_SFIS = range(1, 31)
_KEY_SIZE, _KCV_SIZE, _FILE_SIZE = 16, 3, 7
_VARIABLE, _CYCLIC = 0x01, 0x02
_FROM_THE_START = {int(Tag.ATC): b"\0\0", int(Tag.LAST_ONLINE_ATC): b"\0\0"}


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """What the groups say, in the parts of a plan."""

    contactless: InterfacePlan | None = None
    contact: InterfacePlan | None = None
    holder: tuple[tuple[str, str], ...] = ()
    icc_key: RsaPrivateKey | None = None
    keys: CardKeys | None = None
    pin: str | None = None
    pin_limit: int | None = None
    capp_files: tuple[CappFile, ...] = ()
    holding: tuple[tuple[int, frozenset[int]], ...] = ()


@dataclass(slots=True)
class _Image:
    """One pass over the groups; what cannot be is noted, and the rest is read on."""

    aid: bytes
    groups: Mapping[int, bytes]
    note: Note
    elements: dict[int, dict[int, bytes]] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)

    def plan(self) -> ImagePlan:
        for dgi in self.groups:
            self._known(dgi)
        contact = self._interface(FCI_CONTACT, (("debit_credit", GPO_DEBIT_CREDIT), ("cash", GPO_CASH)))
        contactless = self._interface(FCI_CONTACTLESS, (("qpboc", GPO_QPBOC),))
        if contact is None and contactless is None:
            self.note(None, "has neither 9102 with 9104 nor 9103 with 9207: no interface")
        for dgi in filter(_is_record, self.groups):
            if dgi not in self.named:
                self.note(dgi, f"holds record {dgi & 0xFF} of SFI {dgi >> 8}, which no AFL names")
        first = contactless or contact
        elements = dict(first.ordinary.elements) if first else {}
        return ImagePlan(
            contactless=contactless,
            contact=contact,
            holder=_holder(elements),
            icc_key=self._icc_key(elements),
            keys=self._keys(),
            pin=self._pin(),
            pin_limit=self._pin_limits()[1] if PIN_LIMITS in self.groups else None,
            capp_files=self._capp_files(),
            holding=tuple((dgi, frozenset(found)) for dgi, found in self.elements.items()),
        )

    def _known(self, dgi: int) -> None:
        if dgi in REFUSED:
            self.note(dgi, f"is not supported: {REFUSED[dgi]}")
        elif dgi not in SUPPORTED and not _is_record(dgi):
            supported = ", ".join(f"{each:04X}" for each in SUPPORTED)
            self.note(dgi, f"is not supported; there are records 0101 to 1EFF, {supported}")

    def _interface(self, fci: int, paths: tuple[tuple[str, int], ...]) -> InterfacePlan | None:
        gpo = paths[0][1]
        if fci not in self.groups and gpo not in self.groups:
            return None
        for needed, beside in ((fci, gpo), (gpo, fci)):
            if needed not in self.groups:
                self.note(beside, f"stands without {needed:04X}")
                return None
        proprietary = self._template(fci, Tag.FCI_PROPRIETARY_TEMPLATE)
        made = {name: self._path(fci, group) for name, group in paths if group in self.groups}
        a5 = None if proprietary is None else self.groups[fci]
        return InterfacePlan(made.get("qpboc"), made.get("debit_credit"), made.get("cash"), fci=a5)

    def _path(self, fci: int, gpo: int) -> PathPlan:
        """The elements that a terminal and the card itself have on one path, and its records by the AFL."""
        shown = self._list(gpo)
        together = {**_FROM_THE_START, int(Tag.AID): self.aid}
        if PIN_LIMITS in self.groups:
            together[Tag.PIN_TRY_COUNTER] = bytes((self._pin_limits()[0],))
        for dgi in (*INTERNAL, ISSUER_DATA):
            together |= self._list(dgi)
        together |= {**self._flat(fci), **shown}
        records = self._records(gpo, shown.get(Tag.AFL, b""))
        for record in records:
            dgi = record.sfi << 8 | record.record
            for tag, value in self.elements[dgi].items():
                if together.setdefault(tag, value) != value and tag not in _FROM_THE_START:
                    self.note(
                        dgi, f"gives {tag_hex(tag)} another value than the path of {gpo:04X} has already"
                    )
        return PathPlan(tuple(together.items()), records)

    def _records(self, gpo: int, afl: bytes) -> tuple[RecordPlan, ...]:
        try:
            places = tuple(Afl.parse(afl).records())
        except AflError as error:
            self.note(gpo, f"has no AFL (94): {error}")
            return ()
        found = []
        for sfi, number, signed in places:
            dgi = sfi << 8 | number
            self.named.add(dgi)
            if dgi in self.groups:
                found.append(RecordPlan(sfi, number, signed, tuple(self._record(dgi))))
        return tuple(found)

    def _record(self, dgi: int) -> dict[int, bytes]:
        if dgi not in self.elements:
            template = self._template(dgi, Tag.READ_RECORD_TEMPLATE)
            self.elements[dgi] = self._by_tag(dgi, template.children if template else ())
        return self.elements[dgi]

    def _list(self, dgi: int) -> dict[int, bytes]:
        """The elements of a group that is a list of them; none where there is no such group."""
        if dgi not in self.elements:
            self.elements[dgi] = self._by_tag(dgi, self._decoded(dgi) if dgi in self.groups else ())
        return self.elements[dgi]

    def _flat(self, fci: int) -> dict[int, bytes]:
        """The elements of an FCI, those of BF0C too."""
        if fci not in self.elements:
            template = self._template(fci, Tag.FCI_PROPRIETARY_TEMPLATE)
            self.elements[fci] = dict(_primitive(template)) if template else {}
        return self.elements[fci]

    def _by_tag(self, dgi: int, objects: tuple[Tlv, ...]) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        for each in objects:
            if each.tag in found:
                self.note(dgi, f"gives {tag_hex(each.tag)} twice")
            found[each.tag] = each.value
        return found

    def _template(self, dgi: int, tag: int) -> Tlv | None:
        objects = self._decoded(dgi)
        if len(objects) == 1 and objects[0].tag == tag:
            return objects[0]
        if objects:
            self.note(dgi, f"is one template {tag_hex(tag)}, and here is {tag_hex(objects[0].tag)}")
        return None

    def _decoded(self, dgi: int) -> tuple[Tlv, ...]:
        content = self.groups[dgi]
        try:
            objects = tlv.decode(content)
        except TlvError as error:
            self.note(dgi, f"is no TLV: {error}")
            return ()
        if b"".join(_encoded(each) for each in objects) != content:
            self.note(dgi, "writes a length longer than it has to, which a card here does not keep")
        return objects

    def _keys(self) -> CardKeys | None:
        content = self.groups.get(KEYS)
        if content is None or len(content) != 3 * _KEY_SIZE:
            self.note(KEYS if content is not None else None, "needs AC, MAC and ENC of 16 bytes each in 8000")
            return None
        parts = [content[at : at + _KEY_SIZE] for at in range(0, len(content), _KEY_SIZE)]
        self._check(KEY_CHECKS, dict(zip(("AC", "MAC", "ENC"), parts, strict=True)))
        return CardKeys(*parts)

    def _check(self, dgi: int, keys: Mapping[str, bytes]) -> None:
        """Hold the check values of a group against the keys that they are of."""
        given = self.groups.get(dgi)
        if given is None:
            return
        if len(given) != _KCV_SIZE * len(keys):
            self.note(dgi, f"has {len(given)} bytes instead of 3 for each of {len(keys)} keys")
            return
        for number, (name, key) in enumerate(keys.items()):
            said = given[number * _KCV_SIZE :][:_KCV_SIZE].hex().upper()
            if said != tdes_kcv(key):
                self.note(dgi, f"gives the check value {said} for {name}, whose own is {tdes_kcv(key)}")

    def _pin(self) -> str | None:
        block = self.groups.get(PIN)
        if block is None:
            return None
        digits = block.hex().upper()
        length = int(digits[1:2] or "0", 16)
        pin = digits[2 : 2 + length]
        if len(block) != 8 or digits[:1] != "2" or not pin.isdecimal() or digits[2 + length :].strip("F"):
            self.note(PIN, "is no PIN block of format 2: 2L, PIN, F to 8 bytes")
            return None
        return pin

    def _pin_limits(self) -> tuple[int, int]:
        content = self.groups[PIN_LIMITS]
        if len(content) != 2:
            self.note(PIN_LIMITS, f"has {len(content)} bytes instead of counter and limit")
            return 0, 0
        return content[0], content[1]

    def _icc_key(self, elements: Mapping[int, bytes]) -> RsaPrivateKey | None:
        given = [dgi for dgi in _RSA if dgi in self.groups]
        if not given:
            return None
        if missing := [f"{dgi:04X}" for dgi in _RSA if dgi not in self.groups]:
            self.note(given[0], f"is part of an ICC key that lacks {', '.join(missing)}")
            return None
        exponent = int.from_bytes(elements.get(Tag.ICC_PUBLIC_KEY_EXPONENT, b""), "big")
        coefficient, exponent_q, exponent_p, q, p = (int.from_bytes(self.groups[dgi], "big") for dgi in _RSA)
        try:
            key = RsaPrivateKey(p, q, exponent)
            derived = (pow(q, -1, p), pow(exponent, -1, q - 1), pow(exponent, -1, p - 1))
        except ValueError as error:
            self.note(PRIME_P, f"makes no key with 8204 and the exponent in 9F47: {error}")
            return None
        for dgi, said, meant in zip(_RSA, (coefficient, exponent_q, exponent_p), derived, strict=False):
            if said != meant:
                self.note(dgi, f"does not belong to 8204, 8205 and 9F47 ({SUPPORTED[dgi]})")
        return key

    def _capp_files(self) -> tuple[CappFile, ...]:
        content, keys = self.groups.get(CAPP_FILES), self.groups.get(CAPP_KEYS, b"")
        if content is None:
            return ()
        count, surplus = divmod(len(content), _FILE_SIZE)
        if surplus or len(keys) != count * _KEY_SIZE:
            self.note(
                CAPP_FILES, f"is 7 bytes for each file, and 8020 has a key of 16 for each: {count} files"
            )
            return ()
        named = {f"file {at + 1}": keys[at * _KEY_SIZE :][:_KEY_SIZE] for at in range(count)}
        self._check(CAPP_KEY_CHECKS, named)
        entries = [content[at : at + _FILE_SIZE] for at in range(0, len(content), _FILE_SIZE)]
        files = (self._file(entry, key) for entry, key in zip(entries, named.values(), strict=True))
        return tuple(file for file in files if file is not None)

    def _file(self, entry: bytes, open_key: bytes) -> CappFile | None:
        sfi, kind, read, write, longest = entry[:5]
        if kind not in (_VARIABLE, _CYCLIC) or read or write:
            sentence = f"has {entry.hex().upper()}: type is 01 or 02, and reading and writing are free (00)"
            self.note(CAPP_FILES, sentence)
            return None
        if kind == _VARIABLE:
            return CappFile(sfi, longest, open_key, size=int.from_bytes(entry[5:], "big"))
        if entry[6] != longest:
            self.note(CAPP_FILES, f"has {entry.hex().upper()}: the two record lengths differ")
        return CappFile(sfi, longest, open_key, cyclic_records=entry[5])


def read(aid: bytes, groups: Mapping[int, bytes], note: Note) -> ImagePlan:
    """Read the groups of one application; every problem goes to `note`."""
    return _Image(aid, groups, note).plan()


def _is_record(dgi: int) -> bool:
    return dgi >> 8 in _RECORD_SFIS and dgi & 0xFF != 0 and dgi not in INTERNAL


def _primitive(template: Tlv) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for each in template.children:
        found += _primitive(each) if each.children else [(each.tag, each.value)]
    return found


def _encoded(each: Tlv) -> bytes:
    inside = b"".join(map(_encoded, each.children)) if each.children else each.value
    return tlv.encode(each.tag, inside)


def _holder(elements: Mapping[int, bytes]) -> tuple[tuple[str, str], ...]:
    """The holder's numbers as the image shows them."""
    found = {
        "psn": elements.get(Tag.PAN_SEQUENCE_NUMBER, b"").hex(),
        "expires": elements.get(Tag.EXPIRATION_DATE, b"").hex(),
        "effective": elements.get(Tag.EFFECTIVE_DATE, b"").hex(),
    }
    with suppress(ValueError):
        found["pan"] = pan_from_bytes(elements.get(Tag.PAN, b""))
    return tuple((name, text) for name, text in found.items() if text.isdecimal())
