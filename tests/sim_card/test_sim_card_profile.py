from __future__ import annotations

from typing import Any

import pytest
from sim_card_reader import objects, reader

from conformance.codec.dictionary import element
from conformance.codec.documents import DocumentErrors
from conformance.codec.tags import Tag
from conformance.sim import card as sim_card
from conformance.sim.card import profile

WHOLE = """
name: x
issuer: {identifier: "621094FF", certificates_expire: "1249", service_code: "220", track2_discretionary: "0"}
elements: {"9F36": "0001"}
records: [{sfi: 5, record: 1, signed: false, holds: ["9F74"]}]
"""


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean electronic-cash"):
        sim_card.build("electronic-cahs")


def test_a_profile_is_read() -> None:
    assert profile.parse(WHOLE, "x.yaml").elements == ((0x9F36, b"\x00\x01"),)


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("isuer:", "issuer:", r"x.yaml:3: isuer is not known; did you mean .*issuer"),
        ('"9F36": 1', '"9F36": "0001"', r"x.yaml:4: elements.9F36 must be quoted hex"),
        ('"9F36": "1"', '"9F36": "0001"', r"x.yaml:4: elements.9F36 is .1., not quoted hex"),
        ("sfi: 31", "sfi: 5", r"x.yaml:5: records\[0\].sfi is 31"),
    ],
)
def test_a_malformed_profile_names_file_line_and_item(wrong: str, right: str, words: str) -> None:
    with pytest.raises(DocumentErrors, match=words):
        profile.parse(WHOLE.replace(right, wrong), "x.yaml")


@pytest.mark.parametrize(
    "particulars", [{"balance": -1}, {"balance": 10**12}, {"pan": "12x4"}, {"expires": "30x"}, {"psn": "1"}]
)
def test_particulars_that_cannot_be_are_refused(particulars: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each codec words its own
        sim_card.build(**particulars)


def test_a_card_without_an_element_that_it_needs_is_refused_by_tag() -> None:
    with pytest.raises(ValueError, match="cannot do without 9F36, 9F38"):
        sim_card.build(elements={Tag.PDOL: None, Tag.ATC: None})


@pytest.mark.parametrize(("tag", "content"), profile.load("electronic-cash").elements)
def test_an_element_of_the_shipped_profile_has_a_length_that_the_dictionary_allows(
    tag: int, content: bytes
) -> None:
    known = element(tag)
    assert known is not None
    assert known.minimum <= len(content) <= known.maximum


def test_signed_records_come_first_in_their_file() -> None:
    plans = profile.load("electronic-cash").records
    assert [plan.signed for plan in plans] == sorted((plan.signed for plan in plans), reverse=True)


@pytest.mark.parametrize("template", ["07010103000000", "070101030000000106", "07010103000000010A06"])
def test_issuer_data_of_another_form_are_refused(template: str) -> None:
    with pytest.raises(ValueError, match="9F10 of profile 'electronic-cash' is 07 DKI CVN CVR"):
        sim_card.build(elements={Tag.ISSUER_APPLICATION_DATA: bytes.fromhex(template)})


def test_an_element_that_replaces_a_certificate_is_what_the_card_shows() -> None:
    one = reader(elements={Tag.ISSUER_PUBLIC_KEY_CERTIFICATE: b"\x01\x02"})
    assert objects(one.pay())[0x90] == b"\x01\x02"
