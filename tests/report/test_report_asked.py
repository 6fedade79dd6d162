"""What an operator was told stands in the report in the reader's language."""

from __future__ import annotations

from conformance.report.asked import told

ANSWER = {
    "asked": "prepare",
    "told": [{"say": "do.idle"}, {"say": "set.fare", "value": "1.00"}, {"say": "set.moon", "value": "full"}],
}


def test_it_is_told_in_both_languages() -> None:
    assert told(ANSWER, "zh").startswith("设置终端：使终端回到空闲状态")
    assert "Fare: 1.00" in told(ANSWER, "en")


def test_what_is_not_known_is_told_by_its_name() -> None:
    assert told(ANSWER, "en").endswith("; set.moon, full")
