"""A real session holds against every expectation, and each of them fails on a session with one change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance import expect
from conformance.codec.tlv import encode
from conformance.expect.heard import transactions
from conformance.model.run import Exchange, Expectation, Finding
from conformance.text import finding as worded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SESSION = Path(__file__).parents[1] / "vectors" / "traces" / "unionpay_contact_credit.json"
GPO, FIRST_RECORD, FIRST_AC, SECOND_AC = 7, 8, 20, 22
PPSE = "00A404000E325041592E5359532E444446303100"
SELECT = "00A4040007A000000333010100"
TAP_GPO = "80A8000012831036000000000000001000AABBCCDD015600"


def template(outer: int, *objects: tuple[int, str]) -> str:
    return encode(outer, b"".join(encode(tag, bytes.fromhex(value)) for tag, value in objects)).hex()


PPSE_ANSWER = template(0x6F, (0x84, PPSE[10:-2]), (0xA5, "BF0C0B61094F07A0000003330101")) + "9000"
FCI = template(0x6F, (0x84, SELECT[10:-2]), (0xA5, "9F380C9F66049F02069F37045F2A02")) + "9000"
TAP_ANSWER = (
    template(
        0x77,
        (0x82, "7C00"),
        (0x94, "08010100"),
        (0x9F36, "0001"),
        (0x57, "6210948000000011D301220100000000"),
        (0x9F10, "07010103100000"),
        (0x9F26, "1122334455667788"),
    )
    + "9000"
)


@dataclass
class Notes:
    """A judge that keeps what it is told."""

    expectations: list[Expectation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def evaluated(self, expectation: Expectation) -> None:
        self.expectations.append(expectation)

    def found(self, finding: Finding) -> None:
        self.findings.append(finding)


def session() -> list[Exchange]:
    pairs = json.loads(SESSION.read_text(encoding="utf-8"))["exchanges"]
    return said(*((each["c"], each["r"]) for each in pairs))


def said(*pairs: tuple[str, str]) -> list[Exchange]:
    return [
        Exchange(number, bytes.fromhex(c), bytes.fromhex(r), "answered", 0, 0)
        for number, (c, r) in enumerate(pairs, 1)
    ]


def judged(check: Callable[..., None], exchanges: Sequence[Exchange]) -> Notes:
    notes = Notes()
    with expect.judging(notes):
        check(transactions(exchanges), ref="a clause")
    return notes


def sent(exchanges: list[Exchange], number: int, change: Callable[[bytes], bytes]) -> list[Exchange]:
    return [
        replace(each, command=change(each.command)) if each.number == number else each for each in exchanges
    ]


def answered(exchanges: list[Exchange], number: int, before: str, after: str) -> list[Exchange]:
    old, new = bytes.fromhex(before), bytes.fromhex(after)
    assert old in (exchanges[number - 1].response or b"")
    return [
        replace(each, response=(each.response or b"").replace(old, new, 1)) if each.number == number else each
        for each in exchanges
    ]


CONTACT = (
    expect.pdol_filled,
    expect.records_read,
    expect.cdol_filled,
    expect.classes,
    expect.no_cryptogram_after_decision,
    expect.amounts_in_digits,
    expect.application_told,
    expect.options_told,
    expect.records_whole,
    expect.mandatory_objects,
    expect.never_more_than_asked,
    expect.signature_told,
)


@pytest.mark.parametrize("check", CONTACT, ids=lambda check: check.__name__)
def test_a_real_session_holds(check: Callable[..., None]) -> None:
    notes = judged(check, session())
    assert notes.expectations
    assert notes.findings == []


@pytest.mark.parametrize("check", [expect.numbers_fresh, expect.counter_rises, expect.cryptogram_told])
def test_what_a_session_does_not_hold_is_not_judged(check: Callable[..., None]) -> None:
    alone = session() if check is not expect.cryptogram_told else []
    assert judged(check, alone).expectations == []


@pytest.mark.parametrize(
    "exchanges",
    [
        answered(session(), 15, "8F0109", "8F0177"),
        [each for each in session() if each.number != 16],
        [each for each in session() if each.number != 15],
    ],
    ids=["unknown CA key", "a record missing", "no remainder"],
)
def test_a_signature_whose_chain_is_not_all_there_is_not_judged(exchanges: list[Exchange]) -> None:
    assert judged(expect.signature_told, exchanges).expectations == []


def shorter(command: bytes) -> bytes:
    """One byte of data less, which Lc says too."""
    return command[:4] + bytes((command[4] - 1,)) + command[5:-2] + command[-1:]


def swapped(exchanges: list[Exchange], first: int) -> list[Exchange]:
    one, other = exchanges[first - 1], exchanges[first]
    return [*exchanges[: first - 1], other, one, *exchanges[first + 1 :]]


def repeated(exchanges: list[Exchange]) -> list[Exchange]:
    again = [replace(each, number=each.number + len(exchanges)) for each in exchanges]
    return [*exchanges, *again]


def generated_again(exchanges: list[Exchange]) -> list[Exchange]:
    return [*exchanges, replace(exchanges[SECOND_AC - 1], number=SECOND_AC + 1)]


WRONG = [
    (expect.pdol_filled, sent(session(), GPO, lambda c: c[:4] + b"\x03\x83\x00\x00\x00"),
     "list-not-filled", 7),
    (expect.cdol_filled, sent(session(), FIRST_AC, shorter), "list-not-filled", 20),
    (expect.cdol_filled, sent(session(), SECOND_AC, shorter), "list-not-filled", 22),
    (expect.records_read, swapped(session(), FIRST_RECORD), "records-differ", 16),
    (expect.records_read, [each for each in session() if each.number != 16], "records-differ", 15),
    (expect.classes, sent(session(), 17, lambda c: b"\x00" + c[1:]), "class-differs", 17),
    (expect.no_cryptogram_after_decision, generated_again(session()), "command-sent", 23),
    (expect.numbers_fresh, repeated(session()), "value-repeated", 42),
    (expect.amounts_in_digits, sent(session(), FIRST_AC, lambda c: c[:5] + b"\x0a" + c[6:]),
     "digits-expected", 20),
    (expect.application_told, answered(session(), 6, "8408A0", "8408A1"), "df-name-differs", 6),
    (expect.options_told, answered(session(), GPO, "08010300", "08000300"), "response-malformed", 7),
    (expect.options_told, answered(session(), GPO, "800E7C00", "800D7C"), "response-malformed", 7),
    (expect.records_whole, answered(session(), FIRST_RECORD, "7056", "7756"), "response-malformed", 8),
    (expect.mandatory_objects, answered(session(), 11, "5F2403", "5F2B03"), "tag-missing", 16),
    (expect.never_more_than_asked, answered(session(), FIRST_AC, "801380", "801340"),
     "card-decision-differs", 20),
    (expect.never_more_than_asked, answered(session(), FIRST_AC, "A0A802", "90A802"),
     "card-decision-differs", 20),
    (expect.counter_rises, repeated(session()), "counter-not-risen", 42),
    (expect.signature_told, sent(session(), 19, lambda c: c[:5] + b"\0" + c[6:]), "fdda-not-verified", 19),
    (expect.signature_told, answered(session(), 14, "032EC93E", "032EC93F"), "fdda-not-verified", 19),
    (expect.signature_told, answered(session(), 11, "9F0702FF00", "9F0702FE00"), "fdda-not-verified", 19),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "exchanges", "code", "number"),
    WRONG,
    ids=[f"{row[0].__name__}-{row[2]}-{row[3]}" for row in WRONG],
)
def test_one_change_is_found_where_it_is(
    check: Callable[..., None], exchanges: list[Exchange], code: str, number: int
) -> None:
    found = judged(check, exchanges).findings
    assert [(each.code, each.where.exchange) for each in found] == [(code, number)]
    assert "{" not in " ".join(map(str, (worded(found[0], "en").what, worded(found[0], "zh").what)))


def tap() -> list[Exchange]:
    return said((PPSE, PPSE_ANSWER), (SELECT, FCI), (TAP_GPO, TAP_ANSWER), ("00B2010C00", "70039F74009000"))


@pytest.mark.parametrize(
    ("check", "change", "code"),
    [
        (expect.directory_first, lambda each: each[1:], "order-differs"),
        (
            expect.directory_first,
            lambda each: sent(each, 2, lambda _: bytes.fromhex("00A4040007A000000333010200")),
            "application-not-listed",
        ),
        (
            expect.no_cryptogram_in_qpboc,
            lambda each: [*each, replace(each[-1], number=9, command=bytes.fromhex("80AE400000"))],
            "command-sent",
        ),
        (expect.cryptogram_told, lambda each: answered(each, 3, "9F3602", "9F3702"), "tag-missing"),
        (expect.pdol_filled, lambda each: sent(each, 3, lambda c: c[:4] + b"\x02\x83\x00\x00"),
         "list-not-filled"),
    ],
)  # fmt: skip
def test_a_tap_is_judged(
    check: Callable[..., None], change: Callable[..., list[Exchange]], code: str
) -> None:
    assert [each.held for each in judged(check, tap()).expectations if not each.held] == []
    assert judged(check, tap()).expectations
    assert [each.code for each in judged(check, change(tap())).findings] == [code]


def test_a_tap_torn_amid_its_records_is_judged_by_their_order() -> None:
    torn = answered(tap(), 3, "94040801", "94041001")
    of_two = [
        replace(each, command=bytes.fromhex("00B2011400")) if each.number == 4 else each for each in torn
    ]
    long = answered(of_two, 3, "10010100", "10010200")
    assert judged(expect.records_read, long).findings == []
    goes_on = [*long, *said(("80CA9F7900", "9F79060000000050009000"))]
    assert [each.code for each in judged(expect.records_read, goes_on).findings] == ["records-differ"]


def test_sessions_are_cut_at_directories_and_new_selections() -> None:
    flash = [*tap(), *said((SELECT, FCI), ("00B2010C00", "70039F74009000"))]
    assert [len(each.said) for each in transactions([*flash, *tap()])] == [4, 2, 4]


def test_bytes_that_are_no_command_are_passed_over() -> None:
    assert [len(each.said) for each in transactions([*said(("00", "9000")), *tap()])] == [4]
