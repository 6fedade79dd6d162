"""The small sample report is what its record renders to.

CONFORMANCE_GOLDENS=1 writes it again; the difference is then read as prose before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

from conformance.record.reader import read
from conformance.record.verify import verify
from conformance.report import html

SAMPLE = Path(__file__).resolve().parents[2] / "reports" / "sample"


def test_the_sample_record_is_intact():
    assert verify(SAMPLE / "run.jsonl").state == "intact"


def test_the_sample_report_renders_again_byte_for_byte():
    page = html.render(read(SAMPLE / "run.jsonl"))
    if os.environ.get("CONFORMANCE_GOLDENS"):
        (SAMPLE / "report.html").write_text(page, encoding="utf-8", newline="\n")
    assert (SAMPLE / "report.html").read_bytes() == page.encode()
