# ruff: noqa: E501  a table has one row a line
"""A card image made elsewhere: taken as it is, byte for byte, or refused with each inconsistency named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sim_card_contact_reader import TERMINAL as OVER_CONTACTS
from sim_card_reader import TERMINAL

from conformance.codec import apdu, tlv
from conformance.codec.afl import Afl
from conformance.codec.documents import DocumentErrors
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.crypto.laboratory import tdes_kcv
from conformance.sim import card as sim_card
from conformance.sim.card import Interface, profile
from conformance.sim.card.consistency import findings
from conformance.sim.card.personalisation import Particulars, personalise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.crypto.keys import CardKeys
    from conformance.sim.card.image import Image
    from conformance.sim.card.paths import Path as CardPath

AID = "A000000333010101"
ASKED = {tag: bytes.fromhex(hexed) for tag, hexed in {**OVER_CONTACTS, **TERMINAL}.items()}
ASKED |= {Tag.EC_TERMINAL_SUPPORT: b"\1", Tag.CAPP_TRANSACTION_INDICATOR: b"\0"}
SHOWN = [
    0x9F13,
    0x9F17,
    0x9F36,
    0x9F4F,
    0x9F51,
    0x9F52,
    0x9F53,
    0x9F54,
    0x9F57,
    0x9F68,
    0x9F77,
    0x9F79,
    0xDF62,
]
OPEN_KEYS = {21: "11111111111111112222222222222222", 30: "55555555555555556666666666666666"}


def image(name: str, interface: Interface) -> Image:
    plan = profile.load(name)
    return personalise(plan.issuer, plan.applications[0], Particulars(plan.holder), interface)


def gpo(path: CardPath | None, *more: bytes) -> bytes:
    assert path is not None
    return b"".join((tlv.encode(Tag.AIP, path.aip), tlv.encode(Tag.AFL, path.afl), *more))


def own(sides: tuple[Image, ...], elsewhere: set[int]) -> bytes:
    """What the card keeps for itself: in no record, FCI or GPO group."""
    kept = {tag: value for side in sides for tag, value in side.elements.items() if tag not in elsewhere}
    return b"".join(tlv.encode(tag, value) for tag, value in kept.items())


def groups_of(name: str) -> dict[str, bytes]:
    """The data groups that a personalisation bureau would send for a shipped profile."""
    sides = contactless, contact = tuple(image(name, Interface(side)) for side in ("contactless", "contact"))
    records = {
        place: each.answer.data for side in sides for place, each in side.records.items() if each.answer
    }
    a5 = [side.fci[side.fci.index(b"\xa5") :] for side in sides]
    shown = [contactless.gpo_objects[tag] for tag in (Tag.TRACK2, Tag.PAN_SEQUENCE_NUMBER)]
    shown += [contactless.gpo_objects[Tag.PRODUCT_IDENTIFICATION], tlv.encode(Tag.CTQ, b"\0\0")]
    listed = [tlv.decode(content) for content in (*records.values(), *a5, *shown)]
    elsewhere = {each.tag for objects in listed for one in objects for each in flat(one)}
    elsewhere |= {Tag.AID, Tag.AIP, Tag.AFL, Tag.ISSUER_APPLICATION_DATA, Tag.PIN_TRY_COUNTER}
    elsewhere |= {Tag.SIGNED_STATIC_APPLICATION_DATA}
    key = contact.icc_key
    d = pow(key.exponent, -1, (key.p - 1) * (key.q - 1))
    return {
        **{f"{sfi:02X}{number:02X}": content for (sfi, number), content in records.items()},
        "0D01": own(sides, elsewhere),
        "9103": a5[0],
        "9102": a5[1],
        "9104": gpo(contact.paths.debit_credit),
        "9203": gpo(contact.paths.cash),
        "9207": gpo(contactless.paths.qpboc, *shown),
        "9200": tlv.encode(Tag.ISSUER_APPLICATION_DATA, contact.issuer_application_data),
        **key_groups(contact.keys),
        "9010": b"\x03\x03",
        "8201": number_of(pow(key.q, -1, key.p)),
        "8202": number_of(d % (key.q - 1)),
        "8203": number_of(d % (key.p - 1)),
        "8204": number_of(key.q),
        "8205": number_of(key.p),
    }


def key_groups(keys: CardKeys) -> dict[str, bytes]:
    three = (keys.ac, keys.mac, keys.enc)
    return {"8000": b"".join(three), "9000": bytes.fromhex("".join(map(tdes_kcv, three)))}


def number_of(value: int) -> bytes:
    return value.to_bytes(64, "big")


def flat(each: tlv.Tlv) -> list[tlv.Tlv]:
    return [each, *(one for child in each.children for one in flat(child))]


def text_of(groups: Mapping[str, bytes], aid: str = AID) -> str:
    listed = "\n".join(f'      "{dgi}": "{content.hex().upper()}"' for dgi, content in groups.items())
    return f'card: image\napplications:\n  debit:\n    aid: "{aid}"\n    data_groups:\n{listed}\n'


GROUPS = groups_of("electronic-cash")
CAPP = {
    **groups_of("extended-application"),
    "A001": bytes.fromhex("150100008004001E020000800A80"),
    "8020": bytes.fromhex("".join(OPEN_KEYS.values())),
    "9020": bytes.fromhex("".join(tdes_kcv(bytes.fromhex(key)) for key in OPEN_KEYS.values())),
}


def transcript(card: sim_card.SimulatedCard, side: str) -> list[str]:
    """Everything that a terminal can get of a card: directory, FCI, GPO, records, data, cryptograms."""
    card.turn_to(Interface(side))
    card.power_on()
    said: list[str] = []

    def send(command: apdu.CommandApdu) -> bytes:
        answer = card.process(command)
        said.append(answer.encode().hex())
        return answer.data

    send(apdu.select(b"2PAY.SYS.DDF01" if side == "contactless" else b"1PAY.SYS.DDF01"))
    send(apdu.read_record(1, 1))
    fci = tlv.decode_one(send(apdu.select(bytes.fromhex(AID))))
    asked = fci.find(Tag.PDOL)
    assert asked is not None
    options = tlv.decode_one(send(apdu.get_processing_options(Dol.parse(asked.value).fill(ASKED))))
    found = options.find(Tag.AFL)
    afl = found.value if found else options.value[2:]
    records = [
        tlv.decode_one(send(apdu.read_record(sfi, number))) for sfi, number, _ in Afl.parse(afl).records()
    ]
    for tag in SHOWN:
        send(apdu.get_data(tag))
    cdol = next((each.find(Tag.CDOL1) for each in records if each.find(Tag.CDOL1)), None)
    if cdol is not None:
        send(apdu.generate_ac(0x40, Dol.parse(cdol.value).fill(ASKED)))
    return said


@pytest.mark.parametrize("side", ["contactless", "contact"])
@pytest.mark.parametrize(("name", "groups"), [("electronic-cash", GROUPS), ("extended-application", CAPP)])
def test_an_image_answers_byte_for_byte_as_the_card_that_it_was_taken_from(
    name: str, groups: dict[str, bytes], side: str, tmp_path: Path
) -> None:
    (tmp_path / "image.yaml").write_text(text_of(groups))
    loaded = sim_card.build(str(tmp_path / "image.yaml"), seed=7, interface=side)
    assert transcript(loaded, side) == transcript(sim_card.build(name, seed=7, interface=side), side)


def test_an_image_is_consistent_without_an_issuer_of_ours() -> None:
    assert [str(each) for each in findings(profile.parse(text_of(GROUPS), "x.yaml"))] == []


def test_the_files_of_an_image_have_their_open_keys() -> None:
    files = profile.parse(text_of(CAPP), "x.yaml").applications[0].capp_files
    assert [(each.sfi, each.size, each.cyclic_records) for each in files] == [(21, 1024, 0), (30, 0, 10)]
    assert [each.open_key.hex() for each in files] == list(OPEN_KEYS.values())


def test_an_offline_pin_comes_with_its_tries() -> None:
    groups = {**GROUPS, "8010": bytes.fromhex("241234FFFFFFFFFF"), "9010": b"\x02\x05"}
    application = profile.parse(text_of(groups), "x.yaml").applications[0]
    assert (application.pin, application.pin_limit) == ("1234", 5)


def without(*names: str) -> dict[str, bytes]:
    return {dgi: content for dgi, content in GROUPS.items() if dgi not in names}


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({**GROUPS, "7FF0": b"\0"}, r"data_groups\.7FF0 is not supported; there are records 0101 to 1EFF, 9102"),
        ({**GROUPS, "8101": b"\0"}, r"8101 is not supported: an ICC key by its exponent"),
        ({**GROUPS, "9217": b"\0"}, r"9217 is not supported: SM beside RSA"),
        (without("8000", "9000"), "data_groups needs AC, MAC and ENC"),
        ({**GROUPS, "9000": bytes(9)}, "9000 gives the check value 000000 for AC, whose own is"),
        ({**GROUPS, "9000": bytes(8)}, "9000 has 8 bytes instead of 3 for each of 3 keys"),
        (without("9102"), "9104 stands without 9102"),
        (without("9207"), "9103 stands without 9207"),
        (without("9102", "9103", "9104", "9207"), "has neither 9102 with 9104 nor 9103 with 9207"),
        ({**GROUPS, "9104": bytes.fromhex("82023C00")}, r"9104 has no AFL \(94\)"),
        ({**GROUPS, "9104": bytes.fromhex("82023C")}, "9104 is no TLV: value-cut"),
        ({**GROUPS, "0201": GROUPS["0201"][2:]}, "0201 is one template 70, and here is 5A"),
        ({**GROUPS, "0501": b"\x70\x81\x09" + GROUPS["0501"][2:]}, "0501 writes a length longer than it has to"),
        ({**GROUPS, "0501": bytes.fromhex("7012") + 2 * GROUPS["0501"][2:]}, "0501 gives 9F74 twice"),
        ({**GROUPS, "0601": bytes.fromhex("7000")}, "0601 holds record 1 of SFI 6, which no AFL names"),
        ({**GROUPS, "0E01": bytes.fromhex("5F280840")}, "0E01 is no TLV"),
        ({**GROUPS, "0E01": bytes.fromhex("5F28020840")}, "0201 gives 5F28 another value than the path of 9"),
        ({**GROUPS, "8010": bytes.fromhex("0412")}, "8010 is no PIN block of format 2"),
        ({**GROUPS, "9010": b"\3"}, "9010 has 1 bytes instead of counter and limit"),
        (without("8201"), "8202 is part of an ICC key that lacks 8201"),
        ({**GROUPS, "8202": bytes(64)}, r"8202 does not belong to 8204, 8205 and 9F47"),
        ({**GROUPS, "8205": bytes(63) + b"\1"}, "8205 makes no key with 8204"),
        ({**CAPP, "8020": bytes(16)}, "A001 is 7 bytes for each file, and 8020 has a key of 16 for each: 2 files"),
        ({**CAPP, "9020": bytes(6)}, "9020 gives the check value 000000 for file 1"),
        ({**CAPP, "A001": bytes.fromhex("15030000800400" "1E020000800A80")}, "A001 has 15030000800400: type is"),
        ({**CAPP, "A001": bytes.fromhex("15010000800400" "1E020000800A40")}, "A001 .* the two record lengths"),
    ],
)  # fmt: skip
def test_groups_that_cannot_be_are_refused_by_name(groups: dict[str, bytes], words: str) -> None:
    with pytest.raises(DocumentErrors, match=words):
        profile.parse(text_of(groups), "x.yaml")


def test_an_image_without_a_record_that_its_afl_names_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "image.yaml").write_text(text_of(without("0202")))
    with pytest.raises(DocumentErrors, match=r"names record 2 of SFI 2, which the card does not have"):
        sim_card.build(str(tmp_path / "image.yaml"))


def test_every_inconsistency_of_an_image_is_named(tmp_path: Path) -> None:
    altered = {
        **GROUPS,
        "0201": GROUPS["0201"].replace(bytes.fromhex("9F4A0182"), bytes.fromhex("9F4A0182"[:-2] + "5A")),
        "9200": bytes.fromhex("9F100807010203000000 01".replace(" ", "")),
    }
    (tmp_path / "image.yaml").write_text(text_of(altered))
    with pytest.raises(DocumentErrors) as refused:
        sim_card.build(str(tmp_path / "image.yaml"))
    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"sda-tag-list", "iad-version", "signed-data"}
