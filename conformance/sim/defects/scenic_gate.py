"""Defective scenic gates: each is the conforming one with exactly one rule replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from datetime import timedelta

    from conformance.kernel.initiate import Initiated
    from conformance.model.terminal import Entitlements
    from conformance.sim.terminal.parts.passages import Visit
    from conformance.sim.terminal.parts.record_store import RecordStore
    from conformance.sim.terminal.till import Till

DEVICE = "scenic-gate"


def _never_locks(_left: int) -> bool:
    return False


def _any_amount(_amount: int, _limit: int | None) -> bool:
    return True


def _one_more(people: int) -> int:
    return people + 1


def _whatever_is_keyed(text: str, _most: int) -> int | None:
    return int(text) if text.isdigit() and int(text) > 0 else 1


def _sell_though_refused(till: Till, initiated: Initiated) -> str:
    till.store("sale", initiated.purchase, initiated)
    return "completed"


def _silent_about_unused(_left: int) -> bool:
    return False


def _always_charged(_visit: Visit | None) -> bool:
    return False


def _admits_again(_since: timedelta, _valid_s: int) -> bool:
    return False


def _opens_for_a_repetition(outcome: str) -> bool:
    return outcome in ("completed", "ignored")


def _opens_for_a_torn_tap(outcome: str) -> bool:
    return outcome in ("completed", "lost")


def _credit_forgotten(_age_ms: int, _credit_s: int) -> bool:
    return False


def _always_room(_records: RecordStore) -> bool:
    return True


def _old_tickets_kept(old: Entitlements | None, new: Entitlements) -> Entitlements:
    return new if old is None else old


def _whose_card(initiated: Initiated) -> str:
    return initiated.pan


DEFECTS = (
    Defect(
        id="gate-never-locks",
        clause="SC-01",
        kills="TOU-GAT-010",
        finding="operation-accepted",
        device=DEVICE,
        replaces="locks",
        rule=Rule("SC-01", _never_locks),
        purpose="Stays open behind the last visitor that was paid for.",
    ),
    Defect(
        id="gate-ignores-limit",
        clause="SC-02",
        kills="TOU-GAT-020",
        finding="command-sent",
        device=DEVICE,
        replaces="within_limit",
        rule=Rule("SC-02", _any_amount),
        purpose="Takes any amount offline, whatever its limit for one tap.",
    ),
    Defect(
        id="gate-lets-one-more-in",
        clause="SC-03",
        kills="TOU-GAT-030",
        finding="value-differs",
        device=DEVICE,
        replaces="passages",
        rule=Rule("SC-03", _one_more),
        purpose="Grants one passage more than was paid.",
    ),
    Defect(
        id="gate-takes-any-number",
        clause="SC-04",
        kills="TOU-GAT-040",
        finding="operation-accepted",
        device=DEVICE,
        replaces="keyed_people",
        rule=Rule("SC-04", _whatever_is_keyed),
        purpose="Takes any number of people, and what is no number for one.",
    ),
    Defect(
        id="gate-sells-to-refused-group",
        clause="SC-05",
        kills="TOU-GAT-050",
        finding="indication-missing",
        device=DEVICE,
        replaces="reader.refused_by_card",
        rule=Rule("SC-05", _sell_though_refused),
        purpose="Opens for a group though the card declined its total.",
    ),
    Defect(
        id="gate-drops-unused-passages",
        clause="SC-06",
        kills="TOU-GAT-060",
        finding="record-count-differs",
        device=DEVICE,
        replaces="reports_unused",
        rule=Rule("SC-06", _silent_about_unused),
        purpose="Says nothing about paid passages that nobody used.",
    ),
    Defect(
        id="gate-charges-who-leaves",
        clause="SC-07",
        kills="TOU-GAT-070",
        finding="way-not-opened",
        device=DEVICE,
        replaces="leaves_free",
        rule=Rule("SC-07", _always_charged),
        purpose="Does not look for the entry of a visitor who leaves.",
    ),
    Defect(
        id="gate-forgets-tickets",
        clause="SC-08",
        kills="TOU-GAT-080",
        finding="indication-missing",
        device=DEVICE,
        replaces="still_valid",
        rule=Rule("SC-08", _admits_again),
        purpose="Sells a second ticket to a card that came in on a valid one.",
    ),
    Defect(
        id="gate-opens-for-repeated-tap",
        clause="SC-09",
        kills="TOU-GAT-090",
        finding="operation-accepted",
        device=DEVICE,
        replaces="opens_for",
        rule=Rule("SC-09", _opens_for_a_repetition),
        purpose="Grants another passage when a card that has just paid is still in the field.",
    ),
    Defect(
        id="gate-opens-for-torn-tap",
        clause="SC-10",
        kills="TOU-GAT-100",
        finding="way-opened",
        device=DEVICE,
        replaces="opens_for",
        rule=Rule("SC-10", _opens_for_a_torn_tap),
        purpose="Opens for a tap whose last record was never read.",
    ),
    Defect(
        id="gate-forgets-withheld-passage",
        clause="SC-11",
        kills="TOU-GAT-110",
        finding="way-not-opened",
        device=DEVICE,
        replaces="credit_kept",
        rule=Rule("SC-11", _credit_forgotten),
        purpose="Forgets a paid passage that a jam withheld.",
    ),
    Defect(
        id="gate-debits-without-room",
        clause="SC-12",
        kills="TOU-GAT-120",
        finding="balance-differs",
        device=DEVICE,
        replaces="reader.room",
        rule=Rule("SC-12", _always_room),
        purpose="Starts transactions that it has no room to record.",
    ),
    Defect(
        id="gate-keeps-old-tickets",
        clause="SC-13",
        kills="TOU-GAT-130",
        finding="balance-differs",
        device=DEVICE,
        replaces="synchronised",
        rule=Rule("SC-13", _old_tickets_kept),
        purpose="Goes on with the first list of tickets when a newer one comes.",
    ),
    Defect(
        id="gate-stores-pan-of-entry",
        clause="SC-14",
        kills="TOU-GAT-140",
        finding="value-differs",
        device=DEVICE,
        replaces="entry_pan",
        rule=Rule("SC-14", _whose_card),
        purpose="Stores the PAN of a card that came in on a ticket sold before.",
    ),
)
