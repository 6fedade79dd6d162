"""The hospital information system: bills, prepayments, and what it knows of how each was paid (HC rows).

Its ledger is its own: it learns of a payment from the counter, not from the bank, and the two can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from conformance.sim.host.acquirer import amounts
from conformance.sim.host.issuer import APPROVED
from conformance.sim.host.ledger import Ledger
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.sim.host.acquirer import Entry


class Outcome(Enum):
    """How a payment ended, as hospital systems number it (S-4.1)."""

    OK = "1"
    FAILED = "2"
    TIMEOUT = "3"
    REVERSED = "4"


@dataclass(frozen=True, slots=True)
class Bill:
    """What a patient owes; fen."""

    number: str
    patient: str
    amount: int


@dataclass(frozen=True, slots=True)
class HospitalEntry:
    """One line of the hospital's ledger.

    `kind` is "payment", "refund", "deposit" or "charge" (of what was deposited). `reference` is the bank's
    (field 37), "" where none came;
    `bill` is the number of a bill, or the patient for a deposit.
    """

    number: int
    kind: str
    bill: str
    amount: int
    outcome: Outcome
    reference: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What bank and hospital do not have alike. `who` is the side that has it: "bank" or "hospital".

    Where both have it with other amounts, `who` is "both". Amounts in fen.
    """

    reference: str
    who: str
    bank: int
    hospital: int


class HospitalRefused(Exception):  # noqa: N818  an answer of the system, not a fault of ours
    """The system does not do what it was asked: no such bill, locked, paid already."""


class HospitalDown(HospitalRefused):
    """The system cannot be reached: whether it noted anything is not known."""


def outcome_of(response: str | None) -> Outcome:
    """A bill is paid by 00 alone; no answer at all is a timeout (HC-02, HC-03)."""
    if response is None:
        return Outcome.TIMEOUT
    return Outcome.OK if response == APPROVED else Outcome.FAILED


def may_lock(locked_by: str | None) -> bool:
    """A bill that one counter is about to take is nobody else's, nor that counter's twice (HC-06)."""
    return locked_by is None


def same_notice(entry: HospitalEntry, kind: str, reference: str) -> bool:
    """A counter that tells of the same bank reference again tells nothing new (HC-05)."""
    return (
        entry.outcome is Outcome.OK and bool(reference) and (entry.kind, entry.reference) == (kind, reference)
    )


def refundable(paid: int, refunded: int, amount: int) -> bool:
    """Refunds together stay within what was paid (HC-08)."""
    return refunded + amount <= paid


def disagreements(bank: Mapping[str, int], hospital: Mapping[str, int]) -> tuple[Disagreement, ...]:
    """Who has what the other has not, to the fen (HC-20)."""
    found = []
    for reference in sorted(bank.keys() | hospital.keys()):
        theirs, ours = bank.get(reference, 0), hospital.get(reference, 0)
        if theirs != ours:
            who = "both" if reference in bank and reference in hospital else ""
            found.append(
                Disagreement(reference, who or ("bank" if reference in bank else "hospital"), theirs, ours)
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class HospitalRules:
    """What a conforming hospital system does, rule by rule with its clause."""

    outcome_of: Rule[Callable[[str | None], Outcome]] = Rule("HC-02", outcome_of)
    may_lock: Rule[Callable[[str | None], bool]] = Rule("HC-06", may_lock)
    same_notice: Rule[Callable[[HospitalEntry, str, str], bool]] = Rule("HC-05", same_notice)
    refundable: Rule[Callable[[int, int, int], bool]] = Rule("HC-08", refundable)
    disagreements: Rule[Callable[[Mapping[str, int], Mapping[str, int]], tuple[Disagreement, ...]]] = Rule(
        "HC-20", disagreements
    )


class Hospital:
    """Bills and the hospital's ledger. Every method raises HospitalDown while the system is `down`."""

    def __init__(
        self,
        bills: Iterable[Bill] = (),
        rules: HospitalRules = HospitalRules(),
    ) -> None:
        self._bills = {bill.number: bill for bill in bills}
        self._rules = rules
        self._ledger: Ledger[HospitalEntry] = Ledger()
        self._locks: dict[str, str] = {}
        self.down = False

    @property
    def entries(self) -> tuple[HospitalEntry, ...]:
        return tuple(self._ledger)

    def issue(self, bill: Bill) -> None:
        """Write a bill, as a doctor's order does."""
        self._bills[bill.number] = bill

    def bill(self, number: str) -> Bill:
        """The bill, whose amount the counter takes as it is (HC-01)."""
        self._reachable()
        if number not in self._bills:
            raise HospitalRefused(f"there is no bill {number}")
        return self._bills[number]

    def lock(self, number: str, counter: str) -> Bill:
        """Reserve a bill for one counter, before its card is read."""
        bill = self.bill(number)
        if self.paid(number):
            raise HospitalRefused(f"bill {number} is paid")
        if not self._rules.may_lock.apply(self._locks.get(number)):
            raise HospitalRefused(f"bill {number} is being paid at {self._locks[number]}")
        self._locks[number] = counter
        return bill

    def locked_by(self, number: str) -> str | None:
        """The counter that is about to take a bill."""
        return self._locks.get(number)

    def unlock(self, number: str, counter: str) -> None:
        """Give a bill free that this counter took and that was not paid in the end."""
        self._reachable()
        if self._locks.get(number) == counter:
            del self._locks[number]

    def pay(self, number: str, response: str | None, reference: str = "") -> HospitalEntry:
        """Note how the payment of a bill ended; without a response, that nobody knows. Frees the bill."""
        bill = self.bill(number)
        if known := self._noted("payment", reference):
            return known
        outcome = self._rules.outcome_of.apply(response)
        self._locks.pop(number, None)
        return self._write("payment", number, bill.amount, outcome, reference, response or "")

    def undone(self, reference: str) -> HospitalEntry:
        """Note that the bank took back the payment or deposit of this reference: a bill is open again."""
        self._reachable()
        own = [one for one in self._ledger if reference and one.reference == reference]
        if not own:
            raise HospitalRefused(f"nothing was paid under reference {reference or 'of no characters'}")
        last = own[-1]
        if last.outcome is Outcome.REVERSED:
            return last
        return self._write(last.kind, last.bill, last.amount, Outcome.REVERSED, reference, last.response)

    def deposit(self, patient: str, amount: int, response: str | None, reference: str = "") -> HospitalEntry:
        """Note a prepayment of an inpatient (HC-09)."""
        self._reachable()
        if known := self._noted("deposit", reference):
            return known
        outcome = self._rules.outcome_of.apply(response)
        return self._write("deposit", patient, amount, outcome, reference, response or "")

    def refund(self, number: str, amount: int, response: str | None, reference: str = "") -> HospitalEntry:
        """Note a refund of a bill, or of a patient's prepayments; refused beyond what was paid."""
        self._reachable()
        if known := self._noted("refund", reference):
            return known
        if not self.may_refund(number, amount):
            raise HospitalRefused(f"{number} cannot be refunded {amount} fen")
        outcome = self._rules.outcome_of.apply(response)
        return self._write("refund", number, amount, outcome, reference, response or "")

    def may_refund(self, number: str, amount: int) -> bool:
        """True while all refunds stay within what was paid."""
        return self._rules.refundable.apply(
            self._sum(number, paid=True), self._sum(number, paid=False), amount
        )

    def charge(self, patient: str, amount: int) -> HospitalEntry:
        """Take the cost of a stay out of a patient's prepayments; no money moves at the bank."""
        self._reachable()
        return self._write("charge", patient, amount, Outcome.OK, "", "")

    def paid(self, number: str) -> bool:
        """The last thing noted about paying this bill is that it was paid."""
        last = self._last(number)
        return last is not None and last.outcome is Outcome.OK

    def prepaid(self, patient: str) -> int:
        """What is left of a patient's prepayments, in fen."""
        return self._sum(patient, paid=True) - self._sum(patient, paid=False)

    def total(self) -> int:
        """What the hospital holds to have received, refunds taken off; fen."""
        return sum(self._amounts().values())

    def disagreements(self, bank: Iterable[Entry]) -> tuple[Disagreement, ...]:
        """Compare with the acquirer's entries, reference by reference."""
        return self._rules.disagreements.apply(amounts(bank), self._amounts())

    def _reachable(self) -> None:
        if self.down:
            raise HospitalDown("the hospital system does not answer")

    def _noted(self, kind: str, reference: str) -> HospitalEntry | None:
        same = self._rules.same_notice.apply
        return next((entry for entry in self._ledger if same(entry, kind, reference)), None)

    def _last(self, number: str) -> HospitalEntry | None:
        own = [one for one in self._ledger if one.kind == "payment" and one.bill == number]
        return own[-1] if own else None

    def _sum(self, number: str, *, paid: bool) -> int:
        kinds = ("payment", "deposit") if paid else ("refund", "charge")
        signs = {Outcome.OK: 1, Outcome.REVERSED: -1}
        return sum(
            signs.get(one.outcome, 0) * one.amount
            for one in self._ledger
            if one.bill == number and one.kind in kinds
        )

    def _amounts(self) -> dict[str, int]:
        """What counts, by the bank's reference; a reversed payment is none, a refund is less than nothing."""
        found: dict[str, int] = {}
        for one in self._ledger:
            if one.kind != "charge" and one.outcome is Outcome.OK:
                found[one.reference] = -one.amount if one.kind == "refund" else one.amount
            elif one.outcome is Outcome.REVERSED:
                found.pop(one.reference, None)
        return found

    def _write(  # noqa: PLR0913, PLR0917  a line of the ledger has these columns
        self, kind: str, bill: str, amount: int, outcome: Outcome, reference: str, response: str
    ) -> HospitalEntry:
        return self._ledger.append(
            lambda number: HospitalEntry(number, kind, bill, amount, outcome, reference, response)
        )
