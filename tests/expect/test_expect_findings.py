"""Every expectation can fail, and its finding says what a vendor's engineer needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from conformance import expect
from conformance.codec.apdu import CommandApdu, ResponseApdu, generate_ac, get_processing_options
from conformance.codec.iso8583 import Message, kind_of
from conformance.codec.status import StatusWord
from conformance.crypto.authority import demonstration
from conformance.model.run import Exchange, Expectation, Finding
from conformance.model.terminal import Indication, Movement, ParametersInForce, Receipt, TransactionRecord
from conformance.sim.host.hospital import HospitalEntry, Outcome
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
    movements: tuple[Movement, ...] = ()
    exchanges: tuple[Exchange, ...] = ()

    def records(self, kind=None):
        return [record for record in self.stored if kind in (None, record.kind)]

    @property
    def indications(self):
        return self.signals

    def queue(self, _name):
        return ()

    def receipts(self):
        return [Receipt(1, ("状态 成功",))]

    def parameters_in_force(self):
        return ParametersInForce(self.version, 0, 100, ())


@dataclass
class Bank:
    """An acquirer that was sent just this."""

    sent: tuple[Message, ...] = ()
    total: int = 0

    def requests(self, kind=None):
        return [each for each in self.sent if kind in (None, kind_of(each))]


@dataclass
class Clinic:
    """A hospital that holds just this."""

    entries: tuple[HospitalEntry, ...] = ()
    total: int = 0
    bill: str = "unpaid"

    def state(self, _bill):
        return self.bill


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


SALE = Message("0200", {4: "000000000100", 22: "021", 60: "22000001000"})
NOTED = HospitalEntry(1, "payment", "B1", 100, Outcome.OK, "1", "00")
GREEN = (Indication(20, "accepted", "谢谢"),)
REFUSED_GPO = Shown(exchanges=(exchange(get_processing_options(b""), answer("", 0x6985)),))
KEY = demonstration().icc.public

GENERATED = Shown(exchanges=(exchange(generate_ac(0x90, b""), answer("")),))


def kernel_record(tvr="0000008000", reason="", **details):
    told = {"tsi": "E800", "outcome": "offline approved", "cvm": "1F0002", **details}
    record = TransactionRecord(
        1, "sale", 10, "2026-07-01T08:00:00", 100, tvr=tvr, reason=reason, details=told
    )
    return Shown((record,))


BROKEN = {
    "tvr-differs": lambda: expect.tvr(kernel_record(), "expired", ref=REF),
    "tsi-differs": lambda: expect.tsi(kernel_record(), "oda", ref=REF),
    "request-differs": lambda: expect.requested(GENERATED, "ARQC", "TC", ref=REF),
    "outcome-differs": lambda: expect.outcome(Shown(), "offline approved", ref=REF),
    "record-unexpected": lambda: expect.no_record(Shown((sale(),)), kind="sale", ref=REF),
    "message-count-differs": lambda: expect.request_count(Bank((SALE,)), 0, ref=REF),
    "message-field-unexpected": lambda: expect.fields_absent(Bank((SALE,)), 22, 55, kind="sale", ref=REF),
    "message-malformed": lambda: expect.request_well_formed(Bank((SALE,)), kind="sale", ref=REF),
    "bill-state-differs": lambda: expect.bill_state(Clinic(), "B1", "paid", ref=REF),
    "books-differ": lambda: expect.books_agree(Bank(total=100), Clinic(), "1.00", ref=REF),
    "queue-length-differs": lambda: expect.queue_length(Shown(), "reversal", 1, ref=REF),
    "receipt-count-differs": lambda: expect.receipt_count(Shown(), 2, ref=REF),
    "receipt-lacks": lambda: expect.receipt_says(Shown(), "补打", ref=REF),
    "indication-ambiguous": lambda: expect.one_verdict(Shown(), ref=REF),
    "record-count-differs": lambda: expect.one_record(Shown(), kind="sale", amount="1.00", ref=REF),
    "value-differs": lambda: expect.one_record(Shown((sale(200),)), kind="sale", amount="1.00", ref=REF),
    "indication-missing": lambda: expect.indicated(Shown(), "accepted", ref=REF),
    "indication-unexpected": lambda: expect.not_indicated(Shown(signals=GREEN), "accepted", ref=REF),
    "order-differs": lambda: expect.stored_before_shown(
        Shown((sale(at_ms=30),)), Shown(signals=GREEN), ref=REF
    ),
    "parameter-version-differs": lambda: expect.blacklist_version(Shown(), 7, ref=REF),
    "purse-differs": lambda: expect.purse_balance(Answering(answer("00000DAC")), "65.00", ref=REF),
    "way-not-opened": lambda: expect.opened(Shown(), ref=REF),
    "way-opened": lambda: expect.stays_closed(Shown(movements=(Movement(20, "open"),)), ref=REF),
    "operation-refused": lambda: expect.accepted(False, what="passage", ref=REF),
    "operation-accepted": lambda: expect.refused(True, what="passage", ref=REF),
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
    "tag-unexpected": lambda: expect.tag_absent(Answering(answer("")), answer("77039F1000"), 0x9F10, ref=REF),
    "value-repeated": lambda: expect.not_repeated(
        Answering(answer("")), bytes(8), bytes(8), what="application cryptogram", ref=REF
    ),
    "limit-exceeded": lambda: expect.at_most(2, 1, what="record length", ref=REF),
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


ALSO_BROKEN = {
    "another amount in field 4": lambda: expect.request_field(
        Bank((SALE,)), 4, "000000000001", kind="sale", ref=REF
    ),
    "a field without this in it": lambda: expect.request_holds(Bank((SALE,)), 4, "7", kind="sale", ref=REF),
    "no message to hold it": lambda: expect.request_holds(Bank(), 4, "1", kind="sale", ref=REF),
    "no such message": lambda: expect.request_field(Bank(), 4, "000000000001", kind="sale", ref=REF),
    "no message to look at": lambda: expect.request_well_formed(Bank(), kind="sale", ref=REF),
    "messages in another order": lambda: expect.request_order(Bank((SALE,)), "reversal", "sale", ref=REF),
    "another outcome noted": lambda: expect.noted_outcome(Clinic((NOTED,)), "B1", "3", ref=REF),
    "no outcome noted": lambda: expect.noted_outcome(Clinic(), "B1", "3", ref=REF),
    "another reference noted": lambda: expect.noted_reference(Clinic((NOTED,)), "9", kind="payment", ref=REF),
    "noted twice": lambda: expect.noted_reference(Clinic((NOTED, NOTED)), "1", kind="payment", ref=REF),
    "shown as paid, and kept by the bank alone": lambda: expect.settled_as_shown(
        Shown(signals=GREEN), Bank(total=100), Clinic(), "1.00", ref=REF
    ),
    "shown as paid, and by nobody": lambda: expect.settled_as_shown(
        Shown(signals=GREEN), Bank(), Clinic(), "1.00", ref=REF
    ),
    "shown as declined, and paid": lambda: expect.settled_as_shown(
        Shown(), Bank(total=100), Clinic(total=100), "1.00", ref=REF
    ),
    "shown twice": lambda: expect.one_verdict(Shown(signals=GREEN * 2), ref=REF),
}


@pytest.mark.parametrize("what", ALSO_BROKEN)
def test_an_expectation_about_hosts_can_fail(what):
    notes = Notes()
    with expect.judging(notes):
        assert ALSO_BROKEN[what]() is False
    assert len(notes.findings) == 1


def test_expectations_about_hosts_hold():
    bank, clinic = Bank((SALE,), 100), Clinic((NOTED,), 100, "paid")
    with expect.judging(Notes()):
        assert expect.request_count(bank, 1, kind="sale", ref=REF)
        assert expect.request_field(bank, 4, "000000000100", kind="sale", ref=REF)
        assert expect.request_holds(bank, 4, "100", kind="sale", ref=REF)
        assert expect.fields_absent(bank, 23, 55, kind="sale", ref=REF)
        assert expect.request_order(bank, "sale", ref=REF)
        assert expect.bill_state(clinic, "B1", "paid", ref=REF)
        assert expect.noted_outcome(clinic, "B1", "1", ref=REF)
        assert expect.noted_reference(clinic, "1", kind="payment", ref=REF)
        assert expect.settled_as_shown(Shown(signals=GREEN), bank, clinic, "1.00", ref=REF)
        assert expect.receipt_says(Shown(), "成功", ref=REF)


def test_an_expectation_that_holds_leaves_no_finding():
    notes = Notes()
    with expect.judging(notes):
        assert expect.one_record(Shown((sale(),)), kind="sale", amount="1.00", ref=REF)
        assert expect.balance(Answering(answer("9F7906000000005000")), "50.00", ref=REF)
        assert expect.stored_before_shown(Shown((sale(),)), Shown(signals=GREEN), ref=REF)
    assert (len(notes.expectations), notes.findings) == (4, [])


@pytest.mark.parametrize(
    "broken",
    [
        lambda: expect.record_detail(Shown(), "people", "3", kind="sale", ref=REF),
        lambda: expect.record_detail(Shown((sale(),)), "people", "3", kind="sale", ref=REF),
        lambda: expect.in_force(Shown(), "entitlements_version", "1", ref=REF),
        lambda: expect.told_card(Shown(), "9A", "260701", ref=REF),
        lambda: expect.data_length(Shown(), "READ CAPP DATA", 10, ref=REF),
        lambda: expect.journey(Answering(answer("", 0x6A83)), state="none", stop=0, ref=REF),
        lambda: expect.journey(Answering(answer("2701")), state="none", stop=0, ref=REF),
    ],
)
def test_what_is_not_shown_is_not_as_expected(broken):
    notes = Notes()
    with expect.judging(notes):
        assert not broken()
    assert [finding.code for finding in notes.findings] == ["value-differs"]


@pytest.mark.parametrize(
    ("numbers", "count", "observed"),
    [
        (("1", "2", "9"), 3, None),
        (("1", "2"), 3, "2 numbers"),
        (("2", "1"), 2, "2 numbers, 1 after 2"),
        (("2", "2"), 2, "2 numbers, 2 after 2"),
        (("1", ""), 2, "1 numbers"),
        ((), 1, "no number"),
    ],
)
def test_numbers_that_rise(numbers, count, observed):
    notes = Notes()
    stored = tuple(replace(sale(), details={"psam_sequence": each}) for each in numbers)
    with expect.judging(notes):
        expect.numbers_rise(Shown(stored), "psam_sequence", count, kind="sale", ref=REF)
    assert [each.observed for each in notes.findings] == ([] if observed is None else [observed])


def test_nothing_read_is_nothing_committed():
    notes = Notes()
    with expect.judging(notes):
        assert not expect.sent_before_last_record(REFUSED_GPO, "GET PROCESSING OPTIONS", ref=REF)
    assert [finding.code for finding in notes.findings] == ["order-differs"]


def test_an_expectation_outside_a_case_is_refused():
    with pytest.raises(expect.NoJudgeError):
        expect.equal(1, 1, what="number", ref=REF)


@pytest.mark.parametrize(
    ("share", "expected"), [(50, 2), (95, 4), (100, 4), (1, 1)], ids=["median", "p95", "all", "p1"]
)
def test_a_percentile_is_by_nearest_rank(share, expected):
    assert expect.percentile([4, 1, 3, 2], share) == expected


def test_a_kernel_that_did_as_it_should_leaves_no_finding():
    notes, shown = Notes(), kernel_record(reason="card-blocked: 6A81")
    with expect.judging(notes):
        assert expect.tvr(shown, "floor_limit", ref=REF)
        assert expect.tsi(shown, "oda", "cvm", "card_risk_management", "terminal_risk_management", ref=REF)
        assert expect.requested(GENERATED, "ARQC", ref=REF)
        assert expect.outcome(shown, "offline approved", ref=REF)
        assert expect.recorded(shown, "cvm", "1F0002", ref=REF)
        assert expect.recorded(shown, "reason", "card-blocked: 6A81", ref=REF)
    assert notes.findings == []


def test_a_finding_about_the_tvr_names_bytes_and_bits():
    notes = Notes()
    with expect.judging(notes):
        expect.tvr(kernel_record(), "expired", "cvm_failed", ref=REF)
        expect.tvr(Shown(), ref=REF)
    assert (notes.findings[0].expected, notes.findings[0].observed) == (
        "0040800000 B2b7 B3b8",
        "0000008000 B4b8",
    )
    assert notes.findings[1].observed == "no record"
