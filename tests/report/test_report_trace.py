"""`conformance trace`: a real session to the last bit, and what it says when a byte of it is not genuine."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from report_record import SESSION, session

from conformance.codec import apdu, tlv
from conformance.codec.afl import Afl
from conformance.codec.dol import Dol
from conformance.model.run import Exchange, Redaction
from conformance.report.trace import SessionError, gather, render
from conformance.report.trace.decode import decode
from conformance.report.trace.known import Known
from conformance.report.trace.session import follow
from conformance.sim import card as simulated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.codec.apdu import CommandApdu
    from conformance.report.trace.node import Node
    from conformance.report.trace.session import CheckResult

ISSUER, STATIC, ICC, REMAINDERS, DDA = 12, 13, 14, 15, 19


def told(path: Path, language: str, *, colour: bool = False, exchange: int | None = None) -> str:
    return render(gather(path, exchange=exchange), language, colour=colour)


def sound(path: Path) -> bool:
    return all(check.ok is not False for session in gather(path) for check in session.checks)


def checks(exchanges: Sequence[Exchange]) -> list[CheckResult]:
    return [check for followed in follow(exchanges) for check in followed.checks]


def altered(number: int, offset: int) -> list[Exchange]:
    """The real session with one bit of one answer turned over."""
    return [
        replace(each, response=turned(each.response or b"", offset)) if each.number == number else each
        for each in session()
    ]


def turned(raw: bytes, offset: int) -> bytes:
    return raw[:offset] + bytes([raw[offset] ^ 0x01]) + raw[offset + 1 :]


def refusals(exchanges: Sequence[Exchange]) -> list[tuple[str, int | None, str | None]]:
    return [
        (each.tag, each.where.exchange, each.where.path) for each in checks(exchanges) if each.ok is False
    ]


def inside(number: int, tag: int) -> int:
    """Offset of a value's middle byte within the answer of an exchange."""
    data = (session()[number - 1].response or b"")[:-2]
    found = tlv.decode_one(data).find(tag)
    assert found is not None
    return data.index(found.value) + len(found.value) // 2


def nodes(tree: Node) -> Iterator[Node]:
    yield tree
    for child in tree.children:
        yield from nodes(child)


def said(exchange: Exchange, known: Known | None = None) -> dict[str, str]:
    """English meanings by label, over both directions."""
    trees = filter(None, decode(exchange, known or Known()))
    return {node.label: node.meaning.en for tree in trees for node in nodes(tree)}


def exchanged(command: str, response: str | None) -> Exchange:
    answer = None if response is None else bytes.fromhex(response)
    return Exchange(1, bytes.fromhex(command), answer, "answered" if response else "mute", 0, 0)


def purchase(**build: int) -> list[Exchange]:
    """A whole qPBOC purchase with a simulated card, fDDA version 01."""
    card = simulated.build("electronic-cash", **build)
    card.power_on()
    made: list[Exchange] = []

    def send(command: CommandApdu) -> bytes:
        response = card.process(command)
        made.append(Exchange(len(made) + 1, command.encode(), response.encode(), "answered", 0, 0))
        return response.data

    fci = tlv.decode_one(send(apdu.select(bytes.fromhex("A0000003330101"))))
    pdol = fci.find(0x9F38)
    assert pdol is not None
    values = {0x9F66: "26000080", 0x9F02: "000000000100", 0x5F2A: "0156", 0x9F1A: "0156", 0x9A: "260105"}
    values |= {0x9F37: "12345678"}
    asked = Dol.parse(pdol.value).fill({tag: bytes.fromhex(value) for tag, value in values.items()})
    afl = tlv.decode_one(send(apdu.get_processing_options(asked))).find(0x94)
    assert afl is not None
    for sfi, number, _ in Afl.parse(afl.value).records():
        send(apdu.read_record(sfi, number))
    return made


def test_the_real_session_verifies() -> None:
    assert [(each.tag, each.ok) for each in checks(session())] == [
        ("90", True),
        ("93", True),
        ("9F46", True),
        ("9F4B", True),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "recovered under CA key A000000333/09: issuer 621094, expiry 12/30, serial 001156",
        "ICC certificate recovered: PAN 6210948000000011, 1408-bit key",
        "SDA ok, DAC DAC5",
        "DDA ok, unpredictable number 7863AFC6, ICC dynamic data 07000659A2F145F4",
    ],
)
def test_the_real_session_is_told(words: str) -> None:
    assert words in told(SESSION, "en")


def test_the_real_session_is_sound() -> None:
    assert sound(SESSION)


@pytest.mark.parametrize(
    ("exchange", "tag", "refused"),
    [
        (ISSUER, 0x90, ("90", ISSUER, "90")),
        (REMAINDERS, 0x92, ("90", REMAINDERS, "92")),
        (STATIC, 0x93, ("93", STATIC, "93")),
        (ICC, 0x9F46, ("9F46", ICC, "9F46")),
        (REMAINDERS, 0x9F48, ("9F46", REMAINDERS, "9F48")),
        (DDA, 0x80, ("9F4B", DDA, "9F4B")),
    ],
)
def test_an_altered_object_is_refused_where_it_is(
    exchange: int, tag: int, refused: tuple[str, int, str]
) -> None:
    assert refusals(altered(exchange, inside(exchange, tag))) == [refused]


def test_an_altered_unpredictable_number_is_refused_where_it_is() -> None:
    changed = [
        replace(each, command=turned(each.command, 5)) if each.number == DDA else each for each in session()
    ]
    assert refusals(changed) == [("9F4B", DDA, "9F37")]


def test_an_altered_session_is_not_sound(tmp_path: Path) -> None:
    document = json.loads(SESSION.read_text(encoding="utf-8"))
    document["exchanges"][ISSUER - 1]["r"] = altered(ISSUER, 60)[ISSUER - 1].response.hex()  # type: ignore[union-attr]
    path = tmp_path / "session.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert not sound(path)


def test_an_unknown_ca_key_is_neither_good_nor_bad() -> None:
    unknown = [
        replace(each, response=(each.response or b"").replace(b"\x8f\x01\x09", b"\x8f\x01\x77"))
        for each in session()
    ]
    assert [each.ok for each in checks(unknown)] == [None]


def test_a_session_that_breaks_off_has_nothing_refused() -> None:
    assert checks(session()[:ICC]) == []


def test_a_certificate_that_privacy_kept_back_is_not_refused() -> None:
    redacted = (Redaction("response", "70/90", "certificate"),)
    kept_back = [
        replace(each, redacted=redacted, response=b"\x70\x81\xb3\x90\x81\xb0" + bytes(176) + b"\x90\x00")
        if each.number == ISSUER
        else each
        for each in session()
    ]
    assert [each.ok for each in checks(kept_back)] == [None]


def test_a_purchase_with_a_simulated_card_verifies_its_fdda() -> None:
    assert [(each.tag, each.ok) for each in checks(purchase())] == [
        ("90", True),
        ("9F46", True),
        ("9F4B", True),
    ]


def test_a_dynamic_signature_over_another_number_is_refused() -> None:
    exchanges = purchase()
    command = exchanges[1].command.replace(bytes.fromhex("12345678"), bytes.fromhex("12345679"))
    changed = [exchanges[0], replace(exchanges[1], command=command), *exchanges[2:]]
    assert [(tag, path) for tag, _, path in refusals(changed)] == [("9F4B", "9F37")]


def test_data_of_a_command_have_the_names_that_the_card_asked_by() -> None:
    gpo = list(follow(purchase()))[1].command
    assert {node.label for node in nodes(gpo)} >= {"9F66", "9F02", "9F37"}


def test_cdol_data_are_taken_apart() -> None:
    arqc = list(follow(session()))[19].command
    assert [node.meaning.en for node in nodes(arqc) if node.label == "9F02"] == ["65.80 yuan"]


@pytest.mark.parametrize(
    ("response", "label", "meaning"),
    [
        ("9F79060000000050009000", "9F79", "50.00 yuan"),
        ("9F360200079000", "9F36", "7"),
        ("5F24033010319000", "5F24", "2030-10-31"),
        ("9F2701809000", "9F27", "ARQC"),
        ("9F79020A009000", "9F79", "not coded as this data element is"),
        ("5F2A0201569000", "5F2A", "CNY"),
        ("6700", "R-APDU", "6700 wrong length"),
    ],
)
def test_a_value_says_what_it_means(response: str, label: str, meaning: str) -> None:
    assert said(exchanged("80CA000000", response))[label] == meaning


@pytest.mark.parametrize(
    ("response", "bits"),
    [
        ("82027C009000", "SDA supported"),
        ("950580000000009000", "offline data authentication not performed"),
        ("9F6C0280009000", "online PIN required"),
        ("9F100807000103A0A802019000", "ARQC in first GENERATE AC"),
    ],
)
def test_bits_are_named(response: str, bits: str) -> None:
    received = decode(exchanged("80CA000000", response), Known())[1]
    assert received is not None
    assert bits in [node.meaning.en for node in nodes(received)]


def test_broken_tlv_is_shown_up_to_the_break() -> None:
    trees = decode(exchanged("00B2010C00", "5A08621094809000"), Known())
    assert trees[1] is not None
    assert [node.detail.en for node in trees[1].children] == ["TLV error at byte 2: the value breaks off"]


@pytest.mark.parametrize("raw", ["", "00", "00A4", "00A40400FF00"])
def test_bytes_that_are_no_command_are_shown_as_they_are(raw: str) -> None:
    assert decode(exchanged(raw, "9000"), Known())[0].meaning.en.startswith("no APDU")


def test_what_privacy_kept_back_is_named_and_not_shown_as_zeros() -> None:
    exchange = replace(
        exchanged("80CA000000", "5A0800000000000000009000"),
        redacted=(Redaction("response", "5A", "pan", "tok:0123456789ab"),),
    )
    assert said(exchange)["5A"] == "kept back (PAN) tok:0123456789ab"


def test_one_exchange_can_be_chosen_and_still_knows_its_lists() -> None:
    assert "Amount, authorised" in told(SESSION, "en", exchange=20)


def test_an_exchange_that_is_not_there_is_refused() -> None:
    with pytest.raises(SessionError, match="no exchange 99"):
        told(SESSION, "en", exchange=99)


def test_without_colour_there_is_no_escape_sequence() -> None:
    assert "\x1b" not in told(SESSION, "zh")


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in told(SESSION, "zh", colour=True)


def test_colour_is_given_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[32m" in told(SESSION, "zh", colour=True)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("{", "line 1, column 2"),
        ("[]", 'a list "exchanges"'),
        ('{"exchanges": [1]}', "exchange 1"),
        ('{"exchanges": [{"r": "9000"}]}', 'exchange 1: no "c"'),
        ('{"exchanges": [{"c": "00A4"}, {"c": "0G"}]}', 'exchange 2, "c"'),
        ('{"exchanges": [{"c": 9000}]}', "hex digits in quotes"),
        ('{"exchanges": [{"c": "00A4", "response": "9000"}]}', 'unknown member "response"'),
        ("\udcff", "byte 0: not UTF-8"),
    ],
)
def test_a_malformed_session_names_the_place(tmp_path: Path, written: str, place: str) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(written.encode("utf-8", "surrogateescape"))
    with pytest.raises(SessionError, match=place):
        told(path, "en")


def test_a_record_that_is_not_whole_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text('{"t":"header","line":1}\n', encoding="utf-8")
    with pytest.raises(SessionError, match="line 1"):
        told(path, "en")
