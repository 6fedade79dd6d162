"""Every expectation can fail, and its finding says what a vendor's engineer needs."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from conformance import expect
from conformance.codec.apdu import CommandApdu, ResponseApdu, get_processing_options
from conformance.codec.status import StatusWord
from conformance.crypto.authority import demonstration
from conformance.model.run import Exchange, Expectation, Finding
from conformance.model.terminal import Indication, ParametersInForce, TransactionRecord
from conformance.text import finding as worded

REF = "a clause"


@dataclass
class Notes:
    """A judge that keeps what it is told."""

    expectations: list[Expectation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def evaluated(self, expectation):
        self.expectations.append(expectation)

    def found(self, finding):
        self.findings.append(finding)


@dataclass
class Shown:
    """A terminal, or one tap of it, that shows just this."""

    stored: tuple[TransactionRecord, ...] = ()
    signals: tuple[Indication, ...] = ()
    version: int = 1
    exchanges: tuple[Exchange, ...] = ()

    def records(self, kind=None):
        return [record for record in self.stored if kind in (None, record.kind)]

    @property
    def indications(self):
        return self.signals

    def parameters_in_force(self):
        return ParametersInForce(self.version, 0, 100, ())


@dataclass
class Answering:
    """A card that gives one answer to everything."""

    answer: ResponseApdu
    last_exchange: int | None = 7

    def reset(self):
        return b""

    def exchange(self, command: CommandApdu):
        return self.answer


def sale(amount=100, number=1, at_ms=10):
    return TransactionRecord(number, "sale", at_ms, "2026-07-01T08:00:00", amount)


def answer(data: str, sw: int = 0x9000) -> ResponseApdu:
    return ResponseApdu(bytes.fromhex(data), StatusWord(sw))


def exchange(command: CommandApdu, response: ResponseApdu) -> Exchange:
    return Exchange(7, command.encode(), response.encode(), "answered", 0, 1)


GREEN = (Indication(20, "accepted", "谢谢"),)
REFUSED_GPO = Shown(exchanges=(exchange(get_processing_options(b""), answer("", 0x6985)),))
KEY = demonstration().icc.public

BROKEN = {
    "record-unexpected": lambda: expect.no_record(Shown((sale(),)), kind="sale", ref=REF),
    "record-count-differs": lambda: expect.one_record(Shown(), kind="sale", amount="1.00", ref=REF),
    "value-differs": lambda: expect.one_record(Shown((sale(200),)), kind="sale", amount="1.00", ref=REF),
    "indication-missing": lambda: expect.indicated(Shown(), "accepted", ref=REF),
    "indication-unexpected": lambda: expect.not_indicated(Shown(signals=GREEN), "accepted", ref=REF),
    "order-differs": lambda: expect.stored_before_shown(
        Shown((sale(at_ms=30),)), Shown(signals=GREEN), ref=REF
    ),
    "parameter-version-differs": lambda: expect.blacklist_version(Shown(), 7, ref=REF),
    "command-sent": lambda: expect.not_sent(REFUSED_GPO, "GET PROCESSING OPTIONS", ref=REF),
    "command-not-sent": lambda: expect.sent(REFUSED_GPO, "READ RECORD", ref=REF),
    "cryptogram-differs": lambda: expect.cryptogram(REFUSED_GPO, "TC", ref=REF),
    "latency-exceeded": lambda: expect.within_budget([501], share=95, limit_ms=500, what="tap", ref=REF),
    "status-word-differs": lambda: expect.status(
        Answering(answer("")), answer("", 0x6A81), "6A82", command="SELECT", ref=REF
    ),
    "df-name-differs": lambda: expect.df_name(
        Answering(answer("")), answer("6F0484020102"), bytes.fromhex("A000"), ref=REF
    ),
    "tag-missing": lambda: expect.tag_present(Answering(answer("")), answer("7700"), 0x94, ref=REF),
    "response-malformed": lambda: expect.bcd_object(
        Answering(answer("")), answer("000000005000"), 0x9F79, 6, ref=REF
    ),
    "balance-differs": lambda: expect.balance(Answering(answer("9F7906000000004900")), "50.00", ref=REF),
    "fdda-not-verified": lambda: expect.dynamic_signature(
        Answering(answer("")), KEY, bytes(128), b"", ref=REF
    ),
}


@pytest.mark.parametrize("code", sorted(BROKEN))
def test_a_broken_expectation_leaves_its_finding(code):
    notes = Notes()
    with expect.judging(notes):
        assert BROKEN[code]() is False
    assert [finding.code for finding in notes.findings] == [code]


@pytest.mark.parametrize("code", sorted(BROKEN))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_finding_is_worded_in_both_languages(code, language):
    notes = Notes()
    with expect.judging(notes):
        BROKEN[code]()
    text = worded(notes.findings[0], language)
    assert text.what != code
    assert "{" not in text.what + text.expected + text.observed


def test_an_expectation_that_holds_leaves_no_finding():
    notes = Notes()
    with expect.judging(notes):
        assert expect.one_record(Shown((sale(),)), kind="sale", amount="1.00", ref=REF)
        assert expect.balance(Answering(answer("9F7906000000005000")), "50.00", ref=REF)
        assert expect.stored_before_shown(Shown((sale(),)), Shown(signals=GREEN), ref=REF)
    assert (len(notes.expectations), notes.findings) == (4, [])


def test_an_expectation_outside_a_case_is_refused():
    with pytest.raises(expect.NoJudgeError):
        expect.equal(1, 1, what="number", ref=REF)


@pytest.mark.parametrize(
    ("share", "expected"), [(50, 2), (95, 4), (100, 4), (1, 1)], ids=["median", "p95", "all", "p1"]
)
def test_a_percentile_is_by_nearest_rank(share, expected):
    assert expect.percentile([4, 1, 3, 2], share) == expected
