"""The table of rules that contactless offline terminals are built with; a defect replaces one entry.

Most entries are functions of the kernel. Those that are a terminal's own stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from conformance.kernel import contactless, restrictions
from conformance.kernel.preprocess import preprocess
from conformance.kernel.select import Candidate, choose
from conformance.sim.rule import Rule
from conformance.sim.terminal.chassis import replaced_at_once
from conformance.sim.terminal.latency import exchange_latency
from conformance.sim.terminal.parts.upload_queue import UploadCodes, as_marked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.codec.bits import Ttq
    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated, Purchase
    from conformance.kernel.oda import CaKeys
    from conformance.model.terminal import Blacklist
    from conformance.sim.terminal.parts.blacklist import BlacklistInForce
    from conformance.sim.terminal.parts.flash import Sale, TornTap
    from conformance.sim.terminal.parts.record_store import RecordStore
    from conformance.sim.terminal.till import Till


class Moment(Enum):
    """When in a transaction the blacklist can be consulted."""

    AFTER_GPO = "after GPO"
    AFTER_LAST_RECORD = "after the last record"


def before_the_debit(moment: Moment) -> bool:
    """The blacklist is consulted while refusing costs the card nothing (TR-11)."""
    return moment is Moment.AFTER_GPO


def refuse(till: Till, initiated: Initiated) -> str:
    """An AAC, or an ARQC that this terminal cannot take online, sells nothing (PB-7.4, TR-03)."""
    held, fare = initiated.held_before, initiated.purchase.amount
    return till.refuse("余额不足" if held is not None and held < fare else None, balance=held)


def ask_again(till: Till, _terms: Purchase) -> str:
    """Without the answer to GPO nothing was sold: the card is asked to come back (TR-04)."""
    return till.ask_again()


def keep(till: Till, transaction: Transaction) -> str:
    """The card may have paid: the tap waits for it (TR-05a)."""
    return till.keep(transaction)


def debited(torn: TornTap, shown: int | None) -> bool:
    """The card that came back holds what it said it would hold after the debit (TR-05a).

    `shown` is read from the card now. A card that did not say what it would hold is judged by its record.
    """
    left = torn.transaction.initiated.left
    return left is None or left.amount == shown


def rolled_back(torn: TornTap, now: Initiated) -> bool:
    """The card that pays anew holds what it held before the torn tap: that one never took place (PB-7.5)."""
    before = torn.transaction.initiated.held_before
    return before is not None and before == now.held_before


def repeated(elapsed_ms: int, interval_ms: int) -> bool:
    """A card that paid less than the interval ago does not pay again (TR-09)."""
    return elapsed_ms < interval_ms


def flash_expired(age_ms: int, t2_ms: int) -> bool:
    """A torn tap can be completed until T2 (TR-06)."""
    return age_ms > t2_ms


def flash_full(waiting: int, capacity: int) -> bool:
    """More torn taps wait than there is room for: the oldest goes to the exceptions (TR-07)."""
    return waiting > capacity


def has_room(records: RecordStore) -> bool:
    """Without room for a record nothing is sold (TR-19, SC-12)."""
    return not records.full


def one_card(cards: int) -> bool:
    """Cards are served one at a time (TR-32)."""
    return cards == 1


def calendar(local: datetime) -> datetime:
    """A transaction carries the date and time of the terminal's calendar (TR-17)."""
    return local


def keep_waiting(waiting: Sequence[TornTap]) -> Sequence[TornTap]:
    """Another card's tap leaves the torn taps as they are (TR-08)."""
    return waiting


def as_begun(begun: Sale, _now: Sale) -> Sale:
    """A torn tap is completed as the sale that it was begun as: its shift, its vehicle (HW-27)."""
    return begun


@dataclass(frozen=True, slots=True)
class ReaderRules:
    """What a conforming offline reader does, rule by rule with its clause, in the order of a tap."""

    latency: Rule[Callable[[CommandApdu, ResponseApdu], int]] = Rule("TR-02", exchange_latency)
    flash_expired: Rule[Callable[[int, int], bool]] = Rule("TR-06", flash_expired)
    blacklist_update: Rule[Callable[[BlacklistInForce, Blacklist], None]] = Rule("TR-12", replaced_at_once)
    upload_codes: Rule[Callable[[], UploadCodes]] = Rule("TR-20", UploadCodes)
    settled_at_start: Rule[Callable[[int, int], int]] = Rule("TR-18", as_marked)
    one_at_a_time: Rule[Callable[[int], bool]] = Rule("TR-32", one_card)
    room: Rule[Callable[[RecordStore], bool]] = Rule("TR-19", has_room)
    preprocessing: Rule[Callable[..., Ttq]] = Rule("PB-7.1", preprocess)
    transaction_time: Rule[Callable[[datetime], datetime]] = Rule("TR-17", calendar)

    choice: Rule[Callable[[Sequence[Candidate], Sequence[bytes]], Candidate | None]] = Rule("PB-1", choose)
    resumes: Rule[Callable[[TornTap, int | None], bool]] = Rule("TR-05a", debited)
    resumed_sale: Rule[Callable[[Sale, Sale], Sale]] = Rule("HW-27", as_begun)
    repeated: Rule[Callable[[int, int], bool]] = Rule("TR-09", repeated)
    lost_at_gpo: Rule[Callable[[Till, Purchase], str]] = Rule("TR-04", ask_again)
    rolled_back: Rule[Callable[[TornTap, Initiated], bool]] = Rule("TR-05b", rolled_back)
    flash_after_other_card: Rule[Callable[[Sequence[TornTap]], Sequence[TornTap]]] = Rule(
        "TR-08", keep_waiting
    )
    blacklist_moment: Rule[Callable[[Moment], bool]] = Rule("TR-11", before_the_debit)
    refused_by_card: Rule[Callable[[Till, Initiated], str]] = Rule("TR-03", refuse)
    expired: Rule[Callable[[date, date], bool]] = Rule("TR-14", restrictions.expired)
    not_yet_effective: Rule[Callable[[date, date], bool]] = Rule("TR-15", restrictions.not_yet_effective)
    usage_allowed: Rule[Callable[[bytes, bool], bool]] = Rule("PB-7.7", restrictions.usage_allowed)
    lost_at_update: Rule[Callable[[Till, Purchase], str]] = Rule("TR-26", ask_again)
    lost_at_last_record: Rule[Callable[[Till, Transaction], str]] = Rule("TR-05a", keep)
    flash_full: Rule[Callable[[int, int], bool]] = Rule("TR-07", flash_full)
    authentication: Rule[Callable[[Transaction, CaKeys, date], None]] = Rule(
        "PB-6.2", contactless.authenticate
    )
