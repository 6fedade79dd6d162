"""What a listener writes holds nothing of anybody's card: other things than the record are written too."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.model.run import CaseRecord, Exchange, Finding
from conformance.model.verdict import Verdict
from conformance.record.privacy import Privacy
from conformance.runner.redaction import RedactedListener

PAN = "6225880137001234"
NAME = "ZHANG SAN"
RECORD = bytes.fromhex(f"5A08{PAN}5F2009{NAME.encode().hex()}")
READ = Exchange(
    1,
    bytes.fromhex("00B2011400"),
    b"\x70" + bytes((len(RECORD),)) + RECORD + b"\x90\x00",
    "answered",
    0,
    1,
)
VERIFY = Exchange(2, bytes.fromhex("0020008008241234FFFFFFFFFF"), b"\x90\x00", "answered", 0, 1)
FOUND = Finding(
    "value-differs", Verdict.FAIL, "a clause", "another card", f"PAN {PAN}", arguments={"what": "PAN"}
)


@dataclass
class Heard:
    """Keeps everything that it hears."""

    all: list[object] = field(default_factory=list)

    def case_started(self, case_id, revision, attempt): ...

    def step_started(self, kind, index, text): ...

    def happened(self, event):
        self.all.append(event)

    def step_ended(self): ...

    def case_ended(self, record):
        self.all.append(record)


def heard_of_a_foreign_card() -> str:
    heard = Heard()
    listener = RedactedListener(heard, Privacy())
    listener.case_started("TRN-BUS-990", 1, 1)
    listener.step_started("step", 0, "a step")
    for event in (READ, VERIFY, FOUND):
        listener.happened(event)
    listener.step_ended()
    listener.case_ended(CaseRecord("TRN-BUS-990", 1, Verdict.FAIL, headline=FOUND))
    return repr(heard.all)


def test_a_foreign_pan_is_heard_neither_in_bytes_nor_in_words():
    text = heard_of_a_foreign_card()
    assert PAN not in text
    assert repr(bytes.fromhex(PAN))[2:-1] not in text


def test_a_cardholders_name_is_not_heard():
    assert NAME not in heard_of_a_foreign_card()


def test_a_pin_is_not_heard():
    assert repr(bytes.fromhex("1234FFFFFFFFFF"))[2:-1] not in heard_of_a_foreign_card()


def test_the_cases_record_has_its_steps():
    assert "StepRecord(kind='step'" in heard_of_a_foreign_card()
