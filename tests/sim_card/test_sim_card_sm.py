"""SM2, SM3 and SM4 in the card, where the terminal asks for them with DF69 (PB-6.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sim_card_contact_reader import ARQC, CDA, CDOL1, TC, ContactReader, opened
from sim_card_contact_reader import TERMINAL as CONTACT_TERMINAL
from sim_card_reader import AID, PAN, PSN, TERMINAL

from conformance.codec import apdu, tlv
from conformance.codec.afl import Afl
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.crypto import laboratory, sm4, sm_certificates
from conformance.crypto.certificates import CertificateError, fdda_terminal_data
from conformance.crypto.cryptogram import application_cryptogram_01, application_cryptogram_17
from conformance.sim.card import SimulatedCard, build
from conformance.sim.card.profile import load

if TYPE_CHECKING:
    from conformance.codec.apdu import ResponseApdu
    from conformance.crypto.keys import CardKeys

FDDA_01, FDDA_00, ONLINE = "26000080", "26000000", "26800080"
_QPBOC = Dol.parse(bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C019F3704DF6901"))
_CASH = Dol.parse(bytes.fromhex("9F7A019F02065F2A02DF6901"))
_SM, _RSA = b"\x01", b"\x00"


def card(interface: str = "contactless", **particulars: Any) -> SimulatedCard:
    made = build("sm-beside-rsa", interface=interface, **particulars)
    made.power_on()
    made.process(apdu.select(AID))
    return made


def sent(ttq: str = FDDA_01, support: bytes = _SM) -> dict[int, bytes]:
    values = {tag: bytes.fromhex(value) for tag, value in TERMINAL.items()}
    return {**values, Tag.TTQ: bytes.fromhex(ttq), Tag.SM_SUPPORT: support}


def objects(answer: ResponseApdu) -> dict[int, bytes]:
    assert answer.ok, answer.sw
    return {each.tag: each.value for each in tlv.decode_one(answer.data).children}


def gpo(one: SimulatedCard, terminal: dict[int, bytes]) -> dict[int, bytes]:
    return objects(one.process(apdu.get_processing_options(_QPBOC.fill(terminal))))


def read(one: SimulatedCard, afl: bytes) -> tuple[dict[int, bytes], bytes]:
    """The objects of all records, and the static data to be authenticated."""
    found: dict[int, bytes] = {}
    static = b""
    for sfi, number, signed in Afl.parse(afl).records():
        answer = one.process(apdu.read_record(sfi, number))
        found |= objects(answer)
        static += tlv.decode_one(answer.data).value if signed else b""
    return found, static


def session(use: str, atc: bytes) -> bytes:
    master: CardKeys = laboratory.demonstration().sm.imk
    return sm4.session_key(sm4.derive_udk(getattr(master, use), PAN, PSN), int.from_bytes(atc, "big"))


def cryptogram(values: dict[int, bytes], aip: bytes, atc: bytes, cvr: bytes) -> bytes:
    listed = (0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37)
    key = session("ac", atc)
    return application_cryptogram_01(key, *(values[tag] for tag in listed), aip, atc, cvr, mac=sm4.sm4_mac)


@pytest.mark.parametrize(("support", "algorithm"), [(_SM, 4), (_RSA, 1)])
def test_the_terminal_chooses_and_9f10_tells_the_algorithm(support: bytes, algorithm: int) -> None:
    assert gpo(card(), sent(support=support))[0x9F10][7] == algorithm


def test_a_card_without_sm_stays_with_rsa() -> None:
    one = build("electronic-cash", elements={Tag.PDOL: bytes.fromhex("9F6604DF69019F02065F2A029F3704")})
    one.power_on()
    one.process(apdu.select(AID))
    dol = Dol.parse(bytes.fromhex("9F6604DF69019F02065F2A029F3704"))
    assert objects(one.process(apdu.get_processing_options(dol.fill(sent()))))[0x9F10][7] == 1


@pytest.mark.parametrize(("ttq", "version"), [(FDDA_00, 0), (FDDA_01, 1)])
def test_fdda_with_sm2_holds_in_both_versions(ttq: str, version: int) -> None:
    one, terminal = card(), sent(ttq)
    answer = gpo(one, terminal)
    found, static = read(one, answer[0x94])
    ca = laboratory.demonstration().sm.ca.public
    issuer = sm_certificates.verify_issuer(ca, found[0x90], PAN)
    icc = sm_certificates.verify_icc(issuer.public_key, found[0x9F46], static + answer[0x82], PAN)
    bound = fdda_terminal_data(
        version, terminal[0x9F37], terminal[0x9F02], terminal[0x5F2A], found.get(0x9F69, b"")
    )
    dynamic = sm_certificates.verify_sdad(icc.public_key, answer[0x9F4B], bound)
    assert (dynamic, bool(found.get(0x9F69))) == (b"\x02" + answer[0x9F36], bool(version))
    with pytest.raises(CertificateError):
        sm_certificates.verify_sdad(icc.public_key, answer[0x9F4B], bytes(4))


def test_the_cryptogram_and_the_amounts_are_of_sm4() -> None:
    terminal = sent(ONLINE)
    answer = gpo(card(balance=5000), terminal)
    issuer, atc = answer[0x9F10], answer[0x9F36]
    assert answer[0x9F26] == cryptogram(terminal, answer[0x82], atc, issuer[3:7])
    mac = sm4.sm4_mac(session("mac", atc), (atc + bytes.fromhex("0000005000")).ljust(16, b"\0"))[:4]
    assert issuer[8:] == bytes.fromhex("0A010000005000") + mac


def test_cvn_17_is_of_sm4_too() -> None:
    one = card(elements={Tag.ISSUER_APPLICATION_DATA: bytes.fromhex("0701110300000001")})
    terminal = sent(ONLINE)
    answer = gpo(one, terminal)
    key, cvr = session("ac", answer[0x9F36]), answer[0x9F10][4:5]
    values = terminal[0x9F02], terminal[0x9F37], answer[0x9F36], cvr
    assert answer[0x9F26] == application_cryptogram_17(key, *values, mac=sm4.sm4_mac)


# Over contacts


class SmReader(ContactReader):
    """A contact reader whose terminal asks for SM."""

    def cash(self, **changed: str) -> ResponseApdu:
        return self.begin(_CASH.fill({**self.values(changed), Tag.SM_SUPPORT: _SM}))


def reader(support: str = "00") -> tuple[SmReader, bytes]:
    """A transaction of debit and credit, or (01) cash; with its AIP and AFL."""
    one = SmReader(card("contact", balance=5000))
    return one, tlv.decode_one(one.cash(t9F7A=support).data).value


def icc_key(one: ContactReader, answered: bytes) -> sm_certificates.SmIccCertificate:
    found, static = read(one.card, answered[2:])
    ca = laboratory.demonstration().sm.ca.public
    issuer = sm_certificates.verify_issuer(ca, found[0x90], PAN)
    return sm_certificates.verify_icc(issuer.public_key, found[0x9F46], static + answered[:2], PAN)


@pytest.mark.parametrize("support", ["00", "01"])
def test_dda_over_contacts_is_of_sm2(support: str) -> None:
    one, answered = reader(support)
    key = icc_key(one, answered).public_key
    answer = one.card.process(apdu.internal_authenticate(b"\x11\x22\x33\x44"))
    signed = tlv.decode_one(answer.data).value
    assert sm_certificates.verify_sdad(key, signed, b"\x11\x22\x33\x44") == b"\x02\x00\x02"


def test_generate_ac_is_of_sm4_and_its_arpc_too() -> None:
    one, answered = reader()
    first = one.first(ARQC)
    values = {tag: bytes.fromhex(value) for tag, value in CONTACT_TERMINAL.items()}
    assert first.ac == cryptogram(values, answered[:2], first.atc, first.iad[3:7])
    proof = sm4.arpc(session("ac", first.atc), first.ac, b"00")
    assert one.card.process(apdu.external_authenticate(bytes(8) + b"00")).sw == 0x6300
    one, answered = reader()
    first = one.first(ARQC)
    proof = sm4.arpc(session("ac", first.atc), first.ac, b"00")
    assert one.card.process(apdu.external_authenticate(proof + b"00")).ok
    assert one.second(TC).cid == TC


def test_script_macs_are_of_sm4() -> None:
    one, _ = reader()
    first = one.first(ARQC)
    data = bytes.fromhex("000000009900")
    head = bytes((0x04, 0xDA, 0x9F, 0x79, len(data) + 4))
    message = head + first.atc + first.ac + data
    mac = sm4.sm4_mac(session("mac", first.atc), message)[:4]
    assert one.send(0x04, 0xDA, 0x9F, 0x79, data + mac).ok
    assert one.get(Tag.EC_BALANCE).hex() == "000000009900"
    assert one.put(Tag.EC_BALANCE, "000000000001") == 0x6988  # a MAC of 3DES


def test_cda_binds_the_exchange_with_sm3() -> None:
    one = SmReader(card("contact", elements={Tag.AIP: bytes.fromhex("3D00")}))
    answered = tlv.decode_one(one.cash(t9F7A="00").data).value
    key = icc_key(one, answered).public_key
    pdol = _CASH.fill({**one.sent, Tag.SM_SUPPORT: _SM})
    answer = objects(one.generate(ARQC | CDA))
    shown = b"".join(tlv.encode(tag, answer[tag]) for tag in (0x9F27, 0x9F36, 0x9F10))
    listed = pdol + CDOL1.fill(one.sent)
    data = sm_certificates.verify_cda(key, answer[0x9F4B], one.sent[0x9F37], listed + shown)
    assert (data.dynamic_number, data.information) == (answer[0x9F36], 0x80)
    values = {**one.sent}
    assert data.cryptogram == cryptogram(values, answered[:2], answer[0x9F36], answer[0x9F10][3:7])


def test_electronic_cash_pays_under_sm() -> None:
    one, _ = reader("01")
    assert opened(one.generate(TC)).cid == TC
    assert one.get(Tag.EC_BALANCE).hex() == "000000004900"


@pytest.mark.parametrize("hiding", ["enc", "ac"])
def test_a_new_pin_is_enciphered_by_sm4(hiding: str) -> None:
    profile = load("sm-beside-rsa")
    debit = replace(profile.applications[0], pin="1234", pin_change_key=hiding)
    made = build(replace(profile, applications=(debit,)), interface="contact")
    made.power_on()
    one = SmReader(made)
    one.cash(t9F7A="00")
    first = one.first(ARQC)
    key = sm4.derive_udk(getattr(laboratory.demonstration().sm.imk, hiding), PAN, PSN)
    mixed = int("044321FFFFFFFFFF", 16) ^ int.from_bytes(key[4:8], "big")
    block = b"\x08" + mixed.to_bytes(8, "big") + b"\x80" + bytes(6)
    data = sm4.sm4_encrypt(session("enc", first.atc), block)
    head = bytes((0x84, 0x24, 0, 2, len(data) + 4))
    mac = sm4.sm4_mac(session("mac", first.atc), head + first.atc + first.ac + data)[:4]
    assert one.send(0x84, 0x24, 0, 2, data + mac).ok
    one.cash(t9F7A="00")
    assert (one.verify("1234"), one.verify("4321")) == (0x63C2, 0x9000)
