"""Findings read aloud: what a vendor's engineer is told, word for word."""

from __future__ import annotations

import pytest

from conformance import text
from conformance.model.run import Finding
from conformance.model.verdict import Verdict


def found(code: str, expected: str, observed: str, /, **arguments: str | int) -> Finding:
    return Finding(code, Verdict.FAIL, "JR/T 0025.5", expected, observed, arguments=arguments)


REFUSED = found("status-word-differs", "9000", "6985", command="GET PROCESSING OPTIONS")
SLOW = found(
    "latency-exceeded",
    "p95 ≤ 500 ms",
    "p95 = 612 ms",
    what="tap",
    share=95,
    limit=500,
    measured=612,
    uncertainty=3,
    count=40,
)
SPOKEN = [
    (
        REFUSED,
        ("GET PROCESSING OPTIONS was answered with another status word.", "9000 success",
         "6985 conditions of use not satisfied"),
        ("GET PROCESSING OPTIONS 返回的状态字不符。", "9000 成功", "6985 使用条件不满足"),
    ),
    (
        found("tag-missing", "94", "absent", tag="94"),
        ("The answer lacks 94 (Application file locator (AFL)).", "94", "absent"),
        ("响应中缺少 94（应用文件定位器）。", "94", "缺少"),
    ),
    (
        found("command-sent", "no VERIFY", "VERIFY × 2", command="VERIFY", count=2),
        ("The terminal sent VERIFY, which it must not send here.", "no VERIFY", "VERIFY × 2"),
        ("终端发送了此处不应发送的 VERIFY。", "不发送 VERIFY", "VERIFY × 2"),
    ),
    (
        SLOW,
        ("tap: the 95th percentile of 40 measured times exceeds the limit.",
         "at most 500 ms, U = 3 ms included", "612 ms"),
        ("刷卡：40 次测量的第 95 百分位超过限值。", "不超过 500 ms（含不确定度 U = 3 ms）", "612 ms"),
    ),
    (
        found("record-unexpected", "no sale record", "no. 1 over 1.00", kind="sale", count=1),
        ("The terminal holds a sale record that it must not hold.", "no sale record", "1: no. 1 over 1.00"),
        ("终端存有不应存在的消费记录。", "无消费记录", "1 条"),
    ),
    (
        found("indication-missing", "do-not-repeat", "accepted, idle", signal="do-not-repeat"),
        ("The cardholder was not shown “do-not-repeat”.", "do-not-repeat", "accepted, idle"),
        ("未向持卡人提示“请勿重复刷卡”。", "请勿重复刷卡", "受理、待机"),
    ),
    (
        found("cryptogram-differs", "TC", "6985", expected="TC", observed="6985"),
        ("The card answered with another kind of cryptogram.", "TC", "6985 conditions of use not satisfied"),
        ("卡片返回的应用密文类型不符。", "TC", "6985 使用条件不满足"),
    ),
    (
        found("card-mute", "an answer before the deadline", "5.0 s passed"),
        ("The card is in the field and did not answer before the deadline.",
         "an answer before the deadline", "5.0 s passed"),
        ("卡片在场但在时限内没有应答。", "在时限内应答", "5.0 s passed"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "english", "chinese"), SPOKEN, ids=[row[0].code for row in SPOKEN])
def test_a_finding_says(finding: Finding, english: tuple[str, ...], chinese: tuple[str, ...]) -> None:
    spoken = [text.finding(finding, language) for language in ("en", "zh")]
    assert [(each.what, each.expected, each.observed) for each in spoken] == [english, chinese]


def test_a_usual_cause_is_told_where_one_is_known() -> None:
    doubled = text.finding(found("balance-differs", "49.00", "48.00"), "en")
    assert doubled.often is not None
    assert "debited twice" in doubled.often


def test_no_cause_is_made_up() -> None:
    assert text.finding(found("value-differs", "1", "2", what="ATC"), "en").often is None


def test_a_code_of_a_newer_suite_does_not_break_a_report() -> None:
    spoken = text.finding(found("not-known-yet", "a", "b"), "zh")
    assert (spoken.what, spoken.expected, spoken.observed) == ("not-known-yet", "a", "b")


def test_a_missing_argument_stays_visible() -> None:
    assert text.finding(found("tag-missing", "94", "absent"), "en").what == "The answer lacks {tag}."


def test_nothing_measured_goes_before_the_number() -> None:
    unmeasured = found("latency-exceeded", "p95 ≤ 500 ms", "nothing measured", measured=-1)
    assert text.finding(unmeasured, "zh").observed == "未测得"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ics: TERMINAL.FLASH_CARD", "ICS 声明不支持：TERMINAL.FLASH_CARD"),
        ("bench lacks: O9, tear", "测试台不具备：卡片状态（O9）、交互中途移卡（tear）"),
        ("bench lacks: something newer", "测试台不具备：something newer"),
        ("interrupted", "用例未结束，运行已中断"),
        ("something newer", "something newer"),
    ],
)
def test_a_case_says_why_it_was_not_judged(words: str, said: str) -> None:
    assert text.case_reason(words, "zh") == said
