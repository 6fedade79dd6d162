"""Checks that explain themselves: each states a clause's own expectation and leaves a finding if it fails."""

from conformance.expect.card import (
    balance,
    bcd_object,
    df_name,
    dynamic_signature,
    status,
    tag_present,
)
from conformance.expect.dialogue import cryptogram, not_sent, sent
from conformance.expect.judge import NoJudgeError, judging
from conformance.expect.measure import equal, percentile, within_budget
from conformance.expect.terminal import (
    blacklist_version,
    indicated,
    no_record,
    not_indicated,
    numbered_without_gap,
    one_record,
    record_amount,
    record_count,
    stored_before_shown,
)

__all__ = [
    "NoJudgeError",
    "balance",
    "bcd_object",
    "blacklist_version",
    "cryptogram",
    "df_name",
    "dynamic_signature",
    "equal",
    "indicated",
    "judging",
    "no_record",
    "not_indicated",
    "not_sent",
    "numbered_without_gap",
    "one_record",
    "percentile",
    "record_amount",
    "record_count",
    "sent",
    "status",
    "stored_before_shown",
    "tag_present",
    "within_budget",
]
