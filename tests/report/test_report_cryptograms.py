"""Cryptograms and MACs of a session, recomputed under the issuer's keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest
from pyemv import ac, kd, mac
from report_record import session

from conformance.codec import apdu, tlv
from conformance.codec.afl import Afl
from conformance.codec.apdu import CommandApdu
from conformance.crypto import authority
from conformance.crypto.keys import session_key
from conformance.kernel.cvm import Cardholder
from conformance.kernel.issuer import OnlineAnswer
from conformance.kernel.transact import contact
from conformance.kernel.transaction import ContactTerminal, SupportedAid, Terms
from conformance.link.memory import MemoryCard
from conformance.link.traced import TracedCard
from conformance.model.run import Redaction
from conformance.record.privacy import Privacy
from conformance.report.trace import IssuerKeys, demonstration_keys
from conformance.report.trace.session import follow
from conformance.sim import card as simulated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.kernel.issuer import OnlineRequest
    from conformance.model.run import Exchange
    from conformance.report.trace.session import CheckResult

pytestmark = pytest.mark.filterwarnings(  # pyemv uses 3DES where cryptography had it before
    "ignore::cryptography.utils.CryptographyDeprecationWarning"
)
PAN, PSN = "6210948000000011", "01"
PUT_DATA = 0xDA
MASTER = authority.demonstration().imk


def issuer(asked: OnlineRequest) -> OnlineAnswer:
    """An issuer whose keys, ARPC and MAC come from pyemv; it lowers the card's offline limit by a script."""
    atc, arqc = asked.values[0x9F36], asked.values[0x9F26]
    key, mac_key = (
        session_key(kd.derive_icc_mk_a(master, PAN, PSN), int.from_bytes(atc))
        for master in (MASTER.ac, MASTER.mac)
    )
    head = bytes.fromhex("04DA9F5805")
    code = mac.mac_iso9797_3(mac_key[:8], mac_key[8:], head + atc + arqc + b"\x03", 2)[:4]
    command = head + b"\x03" + code
    script = bytes((0x72, 2 + len(command), 0x86, len(command))) + command
    return OnlineAnswer(b"00", ac.generate_arpc_1(key, arqc, b"00") + b"00", (script,))


@cache
def paid() -> tuple[Exchange, ...]:
    """An online purchase over contacts, with issuer authentication and a script."""
    exchanges: list[Exchange] = []
    plain = MemoryCard(simulated.build("debit-credit", interface="contact"))
    card = TracedCard(plain, exchanges.append, clock=lambda: 0, number=lambda: len(exchanges) + 1)
    card.reset()
    unionpay = SupportedAid(bytes.fromhex("A0000003330101"))
    terminal = ContactTerminal((unionpay,), {}, lambda: bytes.fromhex("3510540E"))
    contact(card, terminal, Terms(1000, datetime(2026, 5, 4, 8, 30)), issuer, Cardholder())  # noqa: DTZ001
    return tuple(exchanges)


def proved(exchanges: Sequence[Exchange], keys: IssuerKeys | None = None) -> list[CheckResult]:
    followed = follow(exchanges, keys or demonstration_keys())
    return [check for each in followed for check in each.checks if check.tag in ("9F26", "91", "MAC", "9F10")]


def with_bit_turned(name: str, *, offset: int, in_answer: bool = False) -> list[Exchange]:
    """The session with one bit turned in the first command of this name, or in its answer."""
    at = next(place for place, each in enumerate(paid()) if CommandApdu.decode(each.command).name == name)
    changed = list(paid())
    raw = bytearray(changed[at].response if in_answer else changed[at].command)  # type: ignore[arg-type]
    raw[offset] ^= 1
    side = {"response": bytes(raw)} if in_answer else {"command": bytes(raw)}
    changed[at] = replace(changed[at], **side)  # type: ignore[arg-type]
    return changed


def test_every_proof_of_an_online_purchase_is_recomputed() -> None:
    assert [(check.tag, check.ok) for check in proved(paid()) if check.tag != "9F10"] == [
        ("9F26", True),
        ("91", True),
        ("9F26", True),
        ("MAC", True),
    ]


@pytest.mark.parametrize(
    ("name", "offset", "in_answer", "tag"),
    [
        ("GENERATE AC", 10, False, "9F26"),  # the amount that the terminal told
        ("GENERATE AC", 8, True, "9F26"),  # the cryptogram itself
        ("EXTERNAL AUTHENTICATE", 6, False, "91"),
        ("EXTERNAL AUTHENTICATE", 14, False, "91"),  # the response code in it
        ("PUT DATA", 5, False, "MAC"),
        ("PUT DATA", 7, False, "MAC"),
    ],
)
def test_a_turned_bit_is_seen_in_the_proof_that_covers_it(
    name: str, offset: int, in_answer: bool, tag: str
) -> None:
    changed = with_bit_turned(name, offset=offset, in_answer=in_answer)
    assert tag in [check.tag for check in proved(changed) if not check.ok]


def test_without_keys_nothing_is_claimed() -> None:
    assert proved(paid(), IssuerKeys()) == []


def test_another_issuers_keys_do_not_fit() -> None:
    other = IssuerKeys(replace(MASTER, ac=bytes(16)))
    assert [check.ok for check in proved(paid(), other) if check.tag == "9F26"] == [False, False]


def test_a_proof_that_differs_says_both_sides() -> None:
    changed = with_bit_turned("EXTERNAL AUTHENTICATE", offset=6)
    (said,) = (check.detail.en for check in proved(changed) if check.tag == "91")
    assert said.startswith("ARPC for response code 00: recomputed ")
    assert ", observed " in said


def tapped_with_sm() -> list[Exchange]:
    """An offline tap of a card that answers with SM2 and SM4, as the terminal asked it to by DF69."""
    exchanges: list[Exchange] = []
    plain = MemoryCard(simulated.build("sm-beside-rsa", interface="contactless"))
    card = TracedCard(plain, exchanges.append, clock=lambda: 0, number=lambda: len(exchanges) + 1)
    card.reset()
    card.exchange(apdu.select(bytes.fromhex("A000000333010101")))
    told = "28000080 000000000100 000000000000 0156 0000000000 0156 141231 00 12345678 01"
    answer = card.exchange(apdu.get_processing_options(bytes.fromhex(told)))
    located = tlv.decode_one(answer.data).find(0x94)
    assert located is not None
    for sfi, record, _ in Afl.parse(located.value).records():
        card.exchange(apdu.read_record(sfi, record))
    return exchanges


def test_a_session_in_sm_is_checked_by_sm2_and_sm4() -> None:
    checks = [check for each in follow(tapped_with_sm(), demonstration_keys()) for check in each.checks]
    assert [(check.tag, check.ok) for check in checks if check.tag != "9F10"] == [
        ("9F26", True),
        ("90", True),
        ("9F46", True),
        ("9F4B", True),
    ]
    assert "SM4" in checks[0].detail.en
    assert "SM2 key" in next(check.detail.en for check in checks if check.tag == "9F46")


def test_a_recovered_certificate_is_shown_field_by_field() -> None:
    (issuer_certificate,) = (
        check for each in follow(session()) for check in each.checks if check.tag == "90"
    )
    shown = {node.detail.en: node.value_hex or node.meaning.en for node in issuer_certificate.fields}
    assert (shown["issuer identifier"], shown["expires (month/year)"]) == ("621094", "12/30")
    assert (shown["serial number"], shown["exponent"]) == ("001156", "03")


def test_what_privacy_kept_back_is_no_reason_to_call_a_proof_wrong() -> None:
    """Without the PAN there are no keys, and a script without its data has no MAC."""
    privacy = Privacy(("999999",))
    kept = [privacy.redact(each) for each in paid()]
    assert any(each.redacted for each in kept)
    assert proved(kept) == []


def test_a_script_whose_data_were_kept_back_is_not_held_against_its_mac() -> None:
    redaction = Redaction("command", "data", "pin", "tok:0")
    hidden = [
        replace(each, redacted=(redaction,)) if each.command[1] == PUT_DATA else each for each in paid()
    ]
    assert "MAC" in {check.tag for check in proved(paid())}
    assert "MAC" not in {check.tag for check in proved(hidden)}
