"""What a conforming hospital counter decides, rule by rule with its clause; a defect replaces one entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.codec.iso8583 import Business, CardRead, PanEntry
from conformance.kernel import contact
from conformance.sim.rule import Rule
from conformance.sim.terminal.hospital_counter.receipt import REPRINTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.codec.values import Track2
    from conformance.kernel.contact import ContactRules
    from conformance.model.terminal import Stripe, TransactionRecord
    from conformance.sim.host import Bill
    from conformance.sim.terminal.hospital_counter.desk import Desk
    from conformance.sim.terminal.hospital_counter.lines import HospitalLine
    from conformance.sim.terminal.parts.stripe_reader import StripeReader

APPROVED, WRONG_PIN = "00", "55"
_CHIP_SERVICES = ("2", "6")  # first digit of the service code of a card with a chip
_READ_FAILURES = ("card-lost",)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a surplus: how much of which deposit goes back, and by a "void" or a "refund"."""

    deposit: TransactionRecord
    amount: int
    by: str


def amount_due(bill: Bill, _typed: int | None) -> int:
    """The bill says what is paid, whatever is typed (HC-01)."""
    return bill.amount


def approves(_business: Business, response: str) -> bool:
    """00 alone; every other answer leaves things as they were (HC-02, HC-11)."""
    return response == APPROVED


def locked(hospital: HospitalLine, bill: str, counter: str) -> Bill:
    """The bill is taken at the hospital before any card is read (HC-06)."""
    return hospital.lock(bill, counter)


def keeps_unanswered() -> bool:
    """What was sent and not answered is undone (HC-03)."""
    return True


def without_hospital(desk: Desk, record: TransactionRecord) -> bool:
    """The bank took money that the hospital cannot be told of: void it at once (HC-04).

    True when it was voided; otherwise the record waits in suspense until the hospital can be told.
    """
    return desk.void_unconfirmed(record)


def reprint(lines: Sequence[str]) -> tuple[str, ...]:
    """A receipt that may have been printed before says so (HC-05)."""
    return (REPRINTED, *lines)


def same_card(original: TransactionRecord, pan: str) -> bool:
    """What was paid goes back to the card that paid (HC-07)."""
    return original.pan == pan


def refund_within(original: TransactionRecord, refunded: int, amount: int) -> bool:
    """All refunds together stay within what was paid (HC-08)."""
    return refunded + amount <= original.amount


def bank_reference(reference: str) -> str:
    """The hospital notes the bank's reference, field 37 (HC-09)."""
    return reference


def completion_within(original: TransactionRecord, amount: int, percent: int) -> bool:
    """Up to 115 % of what was authorised (HC-10)."""
    return amount * 100 <= original.amount * percent


def shares(deposits: Sequence[TransactionRecord], surplus: int, batch: int) -> tuple[Share, ...]:
    """The latest deposit first: a whole one of the open batch is voided, any other refunded (HC-12)."""
    found: list[Share] = []
    for deposit in reversed(deposits):
        amount = min(surplus, deposit.amount)
        if amount:
            whole = amount == deposit.amount and int(deposit.details["batch"]) == batch
            found.append(Share(deposit, amount, "void" if whole else "refund"))
            surplus -= amount
    return tuple(found)


def asks_again(wrong: int, tries: int) -> bool:
    """The cardholder may try again until the last try is used (HC-14)."""
    return wrong < tries


def releases(bill: str) -> str:
    """A bill that was not paid in the end is given free (HC-14)."""
    return bill


def track_read(reader: StripeReader, stripe: Stripe) -> Track2 | None:
    """Track 2 in its one form, = as separator and with a service code; None for any other (MG-11)."""
    return reader.swipe(stripe).track2


def stripe_use(service_code: str | None, chip_failed: bool, fallback: bool) -> str:
    """What a swipe comes to: "sale", "fallback", "insert" or "refuse" (MG-01, MG-03, MG-11, HC-23)."""
    if service_code is None:
        return "refuse"
    if not service_code.startswith(_CHIP_SERVICES):
        return "sale"
    return "fallback" if chip_failed and fallback else "insert"


def stripe_read(track: Track2, pin_block: bytes, *, fallback: bool) -> CardRead:
    """F22 02x and track 2, neither F23 nor F55 (MG-02)."""
    track2 = f"{track.pan}D{track.expiry}{track.service_code}{track.discretionary}"
    return CardRead(
        PanEntry.STRIPE, track.pan, track.expiry, track2=track2, pin_block=pin_block, stripe_fallback=fallback
    )


def reads_again(failures: int, attempts: int) -> bool:
    """A chip that cannot be read may be put in again, so often and no oftener (MG-04)."""
    return failures < attempts


def chip_failed(reason: str) -> bool:
    """A chip that does not answer failed; one that refuses did not (MG-05, MG-06)."""
    return reason in _READ_FAILURES


def clears_reversals(desk: Desk) -> bool:
    """What is to be undone goes before anything else is sent (HC-25)."""
    return desk.bank.send_reversals()


@dataclass(frozen=True, slots=True)
class CounterRules:
    """The table that a counter is built with. `kernel` is that of its contact transactions."""

    amount_due: Rule[Callable[[Bill, int | None], int]] = Rule("HC-01", amount_due)
    approves: Rule[Callable[[Business, str], bool]] = Rule("HC-02", approves)
    keeps_unanswered: Rule[Callable[[], bool]] = Rule("HC-03", keeps_unanswered)
    without_hospital: Rule[Callable[[Desk, TransactionRecord], bool]] = Rule("HC-04", without_hospital)
    reprint: Rule[Callable[[Sequence[str]], tuple[str, ...]]] = Rule("HC-05", reprint)
    locked: Rule[Callable[[HospitalLine, str, str], Bill]] = Rule("HC-06", locked)
    same_card: Rule[Callable[[TransactionRecord, str], bool]] = Rule("HC-07", same_card)
    refund_within: Rule[Callable[[TransactionRecord, int, int], bool]] = Rule("HC-08", refund_within)
    bank_reference: Rule[Callable[[str], str]] = Rule("HC-09", bank_reference)
    completion_within: Rule[Callable[[TransactionRecord, int, int], bool]] = Rule("HC-10", completion_within)
    shares: Rule[Callable[[Sequence[TransactionRecord], int, int], tuple[Share, ...]]] = Rule("HC-12", shares)
    asks_again: Rule[Callable[[int, int], bool]] = Rule("HC-14", asks_again)
    releases: Rule[Callable[[str], str]] = Rule("HC-14", releases)
    track_read: Rule[Callable[[StripeReader, Stripe], Track2 | None]] = Rule("MG-11", track_read)
    stripe_use: Rule[Callable[[str | None, bool, bool], str]] = Rule("MG-01", stripe_use)
    stripe_read: Rule[Callable[..., CardRead]] = Rule("MG-02", stripe_read)
    reads_again: Rule[Callable[[int, int], bool]] = Rule("MG-04", reads_again)
    chip_failed: Rule[Callable[[str], bool]] = Rule("MG-05", chip_failed)
    clears_reversals: Rule[Callable[[Desk], bool]] = Rule("HC-25", clears_reversals)
    kernel: ContactRules = contact.STANDARD
