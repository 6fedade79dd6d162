"""Debit, credit and electronic cash without contacts, where TTQ B1b7 asks for them (PB-7.2)."""

from __future__ import annotations

import pytest
from sim_card_contact_reader import AAC, ARQC, CDOL1, CDOL2, TC, opened
from sim_card_contact_reader import TERMINAL as CONTACT_TERMINAL
from sim_card_reader import TERMINAL, Reader, reader

from conformance.codec import apdu, tlv
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag

_PDOL = Dol.parse(bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C019F37049F7A01"))


def gpo(one: Reader, ttq: str, support: str = "00") -> tlv.Tlv:
    values = {tag: bytes.fromhex(value) for tag, value in TERMINAL.items()}
    one.select()
    listed = _PDOL.fill({**values, 0x9F66: bytes.fromhex(ttq), 0x9F7A: bytes.fromhex(support)})
    answer = one.card.process(apdu.get_processing_options(listed))
    assert answer.ok, answer.sw
    return tlv.decode_one(answer.data)


def generate(one: Reader, asked: int, dol: Dol) -> int:
    values = {tag: bytes.fromhex(value) for tag, value in CONTACT_TERMINAL.items()}
    return opened(one.card.process(apdu.generate_ac(asked, dol.fill(values)))).cid


@pytest.mark.parametrize(
    ("ttq", "support", "answered"),
    [
        ("46000000", "00", "803C80"),
        ("66000000", "00", "803C80"),
        ("46000000", "01", "803880"),
        ("26000000", "01", "7782023C00"),
    ],
)
def test_the_readers_ttq_chooses_the_path(ttq: str, support: str, answered: str) -> None:
    template = gpo(reader(profile="contactless-debit", balance=5000), ttq, support)
    assert f"{template.tag:02X}{template.value[: len(answered) // 2 - 1].hex()}".upper() == answered


def test_a_contactless_debit_goes_online_and_is_completed() -> None:
    one = reader(profile="contactless-debit", balance=5000)
    gpo(one, "46000000")
    assert (generate(one, ARQC, CDOL1), generate(one, TC, CDOL2)) == (ARQC, TC)


def test_contactless_electronic_cash_pays_at_generate_ac() -> None:
    one = reader(profile="contactless-debit", balance=5000)
    gpo(one, "46000000", "01")
    assert generate(one, TC, CDOL1) == TC
    assert one.get(Tag.EC_BALANCE).hex() == "000000004900"


def test_generate_ac_has_no_place_in_qpboc() -> None:
    one = reader(profile="contactless-debit", balance=5000)
    gpo(one, "26000000")
    assert one.card.process(apdu.generate_ac(AAC, bytes(CDOL1.length))).sw == 0x6985
