from __future__ import annotations

import pytest

from conformance.codec.documents import DocumentErrors
from conformance.sim import card as sim_card
from conformance.sim.card import profile

WHOLE = """
name: x
issuer: {identifier: "621094FF", certificates_expire: "1249", track2_discretionary: "0"}
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


@pytest.mark.parametrize("particulars", [{"pan": "12x4"}, {"expires": "30x"}, {"psn": "1"}])
def test_particulars_that_cannot_be_are_refused(particulars: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each codec words its own
        sim_card.build(**particulars)
