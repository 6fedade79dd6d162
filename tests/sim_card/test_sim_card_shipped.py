"""Every shipped profile makes a card that goes through a transaction on each interface and application."""

from __future__ import annotations

import pytest
from sim_card_contact_reader import TERMINAL as OVER_CONTACTS
from sim_card_reader import TERMINAL, Reader, value

from conformance.codec import apdu, tlv
from conformance.codec.afl import Afl
from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.codec.values import IssuerApplicationData
from conformance.sim import card as sim_card
from conformance.sim.card import profile

ASKED = {tag: bytes.fromhex(hexed) for tag, hexed in {**OVER_CONTACTS, **TERMINAL}.items()}
ASKED |= {Tag.CAPP_TRANSACTION_INDICATOR: b"\0", Tag.EC_TERMINAL_SUPPORT: b"\0", Tag.SM_SUPPORT: b"\1"}
TC, ARQC = 0x10, 0x20  # in byte 2 of the CVR
ONLINE = {"qpboc-new-card"}
ARQC_WANTED = 0x80


def applications(side: str) -> list[tuple[str, str]]:
    return [
        (name, application.name)
        for name in profile.shipped()
        for application in profile.load(name).applications
        if side in [each.value for each in application.interfaces]
    ]


def selected(name: str, application: str, side: str) -> tuple[Reader, Dol]:
    """The card with that application selected by its AID, and what the application asks for."""
    plan = next(each for each in profile.load(name).applications if each.name == application)
    interface = plan.interface(sim_card.Interface(side))
    assert interface is not None
    one = Reader(sim_card.build(name, interface=side))
    one.card.power_on()
    fci = tlv.decode_one(one.select(dict(interface.ordinary.elements)[Tag.AID]).data)
    proprietary = fci.find(Tag.FCI_PROPRIETARY_TEMPLATE)
    assert proprietary is not None
    asked = proprietary.find(Tag.PDOL)
    return one, Dol.parse(asked.value if asked else b"")


def read_all(one: Reader, afl: bytes) -> dict[int, bytes]:
    answers = [one.read(sfi, number) for sfi, number, _ in Afl.parse(afl).records()]
    assert all(answer.ok for answer in answers)
    return {each.tag: each.value for answer in answers for each in tlv.decode_one(answer.data).children}


@pytest.mark.parametrize(("name", "application"), applications("contactless"))
def test_a_card_pays_in_the_field(name: str, application: str) -> None:
    one, pdol = selected(name, application, "contactless")
    answer = one.card.process(apdu.get_processing_options(pdol.fill(ASKED)))
    assert answer.ok, answer.sw
    shown = tlv.decode_one(answer.data)
    decided = IssuerApplicationData.parse(value(shown, Tag.ISSUER_APPLICATION_DATA)).cvr[1] & (TC | ARQC)
    assert decided == (ARQC if name in ONLINE else TC)
    if decided == TC:
        before = one.get(Tag.EC_BALANCE)
        found = read_all(one, value(shown, Tag.AFL))
        assert Tag.SIGNED_DYNAMIC_APPLICATION_DATA in found or shown.find(Tag.SIGNED_DYNAMIC_APPLICATION_DATA)
        assert int(before.hex()) - int(one.get(Tag.EC_BALANCE).hex()) == 100


@pytest.mark.parametrize(("name", "application"), applications("contact"))
def test_a_card_goes_online_over_contacts(name: str, application: str) -> None:
    one, pdol = selected(name, application, "contact")
    answer = one.card.process(apdu.get_processing_options(pdol.fill(ASKED)))
    assert answer.ok, answer.sw
    found = read_all(one, tlv.decode_one(answer.data).value[2:])
    assert found[Tag.PAN][:4] == bytes.fromhex("62109480")
    asked = Dol.parse(found[Tag.CDOL1]).fill(ASKED)
    assert tlv.decode_one(one.card.process(apdu.generate_ac(ARQC_WANTED, asked)).data).value[0] == ARQC_WANTED


@pytest.mark.parametrize("asked", ["A0000003330101", "A000000333010106", "A0000003330101065133020000000017"])
@pytest.mark.parametrize("side", ["contactless", "contact"])
def test_a_long_aid_is_found_by_its_beginning(asked: str, side: str) -> None:
    one = Reader(sim_card.build("long-aid", interface=side))
    one.card.power_on()
    fci = tlv.decode_one(one.select(bytes.fromhex(asked)).data)
    assert value(fci, Tag.DF_NAME).hex().upper() == "A0000003330101065133020000000017"
