from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sim_card_reader import objects, reader

from conformance.codec.dictionary import element
from conformance.codec.documents import DocumentErrors
from conformance.codec.tags import Tag
from conformance.sim import card as sim_card
from conformance.sim.card import profile

ROOT = Path(__file__).parents[2]
WHOLE = """
card: x
issuer: {identifier: "621094FF", certificates_expire: "1249", service_code: "220", track2_discretionary: "0"}
applications:
  one:
    aid: "A000000333010101"
    elements:
      ATC: "0001"
    contactless:
      records: [{sfi: 5, record: 1, holds: [EC issuer authorisation code]}]
"""

RECORDS = "[{sfi: 5, record: 1, holds: [EC issuer authorisation code]}]"


def ordinary(plan: profile.Profile, at: int = 0) -> profile.PathPlan:
    side = plan.applications[at].contactless
    assert side is not None
    return side.ordinary


def elements(text: str, at: int = 0) -> dict[int, bytes]:
    return dict(ordinary(profile.parse(text, "x.yaml"), at).elements)


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean electronic-cash"):
        sim_card.build("electronic-cahs")


def test_a_profile_is_read() -> None:
    assert elements(WHOLE) == {0x4F: bytes.fromhex("A000000333010101"), 0x9F36: b"\x00\x01"}


@pytest.mark.parametrize(
    "name",
    [
        "9F36",
        "atc",
        "Application transaction counter (ATC)",
        "应用交易计数器",
        "application transaction counter",
    ],
)
def test_an_element_goes_by_tag_or_by_any_of_its_names(name: str) -> None:
    assert elements(WHOLE.replace("ATC:", f"{name}:"))[Tag.ATC] == b"\x00\x01"


def test_a_tag_that_the_issuer_may_give_needs_no_name() -> None:
    assert elements(WHOLE.replace("ATC:", '"DF50":'))[0xDF50] == b"\x00\x01"


@pytest.mark.parametrize(
    ("written", "tag", "content"),
    [
        ("application label: {text: PBOC DEBIT}", Tag.APPLICATION_LABEL, b"PBOC DEBIT"),
        ('EC balance: {yuan: "50.05"}', Tag.EC_BALANCE, bytes.fromhex("000000005005")),
    ],
)
def test_text_and_amounts_may_be_written_as_such(written: str, tag: int, content: bytes) -> None:
    assert elements(WHOLE.replace('ATC: "0001"', written))[tag] == content


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("isuer:", "issuer:", r"x.yaml:3: isuer is not known; did you mean .*issuer"),
        ("ATC: 1", 'ATC: "0001"', r"x.yaml:8: applications.one.elements.ATC must be quoted hex"),
        ('ATC: "1"', 'ATC: "0001"', r"x.yaml:8: applications.one.elements.ATC is .1., not quoted hex"),
        ("sfi: 31", "sfi: 5", r"x.yaml:10: applications.one.contactless.records\[0\].sfi is 31"),
        ("PDLO:", "ATC:", r"x.yaml:8: applications.one.elements.PDLO is no data .*did you mean .PDOL"),
        ("CVM:", "ATC:", "may be 8E .* or 9F34 .*; write the tag"),
        ('9F36: "0002"\n      ATC:', "ATC:", "stands twice, by two names"),
        ('AID: "A000000333"', 'ATC: "0001"', "is the AID, which stands under aid"),
        ("ATC: {text: x}", 'ATC: "0001"', "has format b, and takes quoted hex instead of text"),
        ('9F02: {yuan: "1.00"}\n      ATC: {yuan: "1.00"}', 'ATC: "0001"', "ATC has format b, .* of yuan"),
        ("holds: [EC code]", "holds: [EC issuer authorisation code]", r"x.yaml:10: .*holds\[0\] is no data"),
        ("like: two\n    aid:", "aid:", "x.yaml:6: applications.one.like is two, which is no application"),
        ("extends: elektronic-cash\ncard:", "card:", "x.yaml:2: extends leads nowhere: .*electronic-cash"),
        ('["5.2"]', RECORDS, r"records\[0\] is 5.2, which is no record of the application's own \(none\)"),
        (
            'icc_key: {p: "06", q: "04", exponent: "03"}\n    elements:',
            "elements:",
            "x.yaml:7: applications.one.icc_key is no key",
        ),
        (
            f'sm_icc_key: "{"00" * 32}"\n    elements:',
            "elements:",
            "sm_icc_key is no key: an SM2 private key lies between",
        ),
    ],
)  # fmt: skip
def test_a_malformed_profile_names_file_line_and_item(wrong: str, right: str, words: str) -> None:
    with pytest.raises(DocumentErrors, match=words):
        profile.parse(WHOLE.replace(right, wrong), "x.yaml")


def test_a_profile_that_extends_another_has_its_own_over_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(WHOLE)
    own = 'card: y\nextends: base.yaml\napplications: {one: {elements: {ATC: "0007", PIN try counter: "03"}}}'
    (tmp_path / "own.yaml").write_text(own)
    found = dict(ordinary(profile.load(str(tmp_path / "own.yaml"))).elements)
    assert (found[Tag.ATC], found[Tag.PIN_TRY_COUNTER]) == (b"\x00\x07", b"\x03")


@pytest.mark.parametrize("name", ["ATC", '"9F36"', "应用交易计数器"])
def test_an_inherited_element_may_be_replaced_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    (tmp_path / "base.yaml").write_text(WHOLE)
    own = f'card: y\nextends: base.yaml\napplications: {{one: {{elements: {{{name}: "0007"}}}}}}'
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    found = dict(ordinary(profile.load(str(tmp_path / "own.yaml"))).elements)
    assert found[Tag.ATC] == b"\x00\x07"


def test_what_a_profile_extends_loses_what_is_left_empty(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(WHOLE)
    text = "card: y\nextends: base.yaml\napplications: {one: {elements: {ATC: }}}"
    (tmp_path / "own.yaml").write_text(text)
    assert Tag.ATC not in dict(ordinary(profile.load(str(tmp_path / "own.yaml"))).elements)


def test_a_problem_of_an_extended_profile_names_the_file_that_has_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(WHOLE.replace("ATC:", "ACT:"))
    (tmp_path / "own.yaml").write_text("card: y\nextends: base.yaml\nhodler: {}")
    with pytest.raises(DocumentErrors, match=r"own.yaml:3: hodler is not known"):
        profile.load(str(tmp_path / "own.yaml"))
    (tmp_path / "own.yaml").write_text("card: y\nextends: base.yaml")
    with pytest.raises(DocumentErrors, match=r"base.yaml:8: applications.one.elements.ACT"):
        profile.load(str(tmp_path / "own.yaml"))


def test_profiles_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"extends: {tmp_path / other}.yaml\n" + WHOLE)
    with pytest.raises(DocumentErrors, match="closes a circle"):
        profile.load(str(tmp_path / "a.yaml"))


def test_an_application_like_another_has_its_own_over_it() -> None:
    text = WHOLE + '  two: {like: one, aid: "A000000333010102", elements: {PIN try counter: "03"}}\n'
    plan = profile.parse(text, "x.yaml")
    assert [each.name for each in plan.applications] == ["one", "two"]
    assert dict(ordinary(plan, 1).elements) == {
        Tag.AID: bytes.fromhex("A000000333010102"),
        Tag.ATC: b"\x00\x01",
        Tag.PIN_TRY_COUNTER: b"\x03",
    }


def test_a_path_names_a_record_of_the_application_by_its_place() -> None:
    whole = "{sfi: 5, record: 1, signed: true, holds: [PAN]}"
    text = WHOLE.replace(RECORDS, '["5.1"]')
    plan = profile.parse(
        text.replace("    contactless:", f"    records: [{whole}]\n    contactless:"), "x.yaml"
    )
    assert ordinary(plan).records == (profile.RecordPlan(5, 1, True, (Tag.PAN,)),)


@pytest.mark.parametrize(
    "particulars", [{"balance": -1}, {"balance": 10**12}, {"pan": "12x4"}, {"expires": "30x"}, {"psn": "1"}]
)
def test_particulars_that_cannot_be_are_refused(particulars: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each codec words its own
        sim_card.build(**particulars)


def test_an_interface_that_a_profile_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="profile 'debit-credit' has no contactless interface"):
        sim_card.build("debit-credit", interface="contactless")


def test_a_card_without_an_element_that_it_needs_is_refused_by_tag() -> None:
    with pytest.raises(ValueError, match="cannot do without 9F36, 9F38"):
        sim_card.build(elements={Tag.PDOL: None, Tag.ATC: None})


@pytest.mark.parametrize("name", profile.shipped())
def test_an_element_of_a_shipped_profile_has_a_length_that_the_dictionary_allows(name: str) -> None:
    for application in profile.load(name).applications:
        for interface in application.interfaces:
            side = application.interface(interface)
            assert side is not None
            for tag, content in side.ordinary.elements:
                known = element(tag)
                assert known is not None
                assert known.minimum <= len(content) <= known.maximum


def test_signed_records_come_first_in_their_file() -> None:
    plans = ordinary(profile.load("electronic-cash")).records
    assert [plan.signed for plan in plans] == sorted((plan.signed for plan in plans), reverse=True)


@pytest.mark.parametrize("template", ["07010103000000", "070101030000000106", "07010103000000010A06"])
def test_issuer_data_of_another_form_are_refused(template: str) -> None:
    with pytest.raises(ValueError, match="9F10 of application 'debit' is 07 DKI CVN CVR"):
        sim_card.build(elements={Tag.ISSUER_APPLICATION_DATA: bytes.fromhex(template)})


def test_an_element_that_replaces_a_certificate_is_what_the_card_shows() -> None:
    one = reader(elements={Tag.ISSUER_PUBLIC_KEY_CERTIFICATE: b"\x01\x02"})
    assert objects(one.pay())[0x90] == b"\x01\x02"


def test_the_profile_in_the_documentation_is_read() -> None:
    text = (ROOT / "docs/cards.md").read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    plan = profile.parse(text, "docs/cards.md")
    assert [each.name for each in plan.applications] == ["debit", "credit"]
    assert plan.applications[1].interfaces == plan.applications[0].interfaces
