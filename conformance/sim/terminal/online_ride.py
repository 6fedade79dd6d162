"""A ride that the issuer is asked for, and offline data authentication where no answer comes in time (TR-35).

This came to buses years after 2014. A ride that was sold without an answer is settled later, as the same sale
under another trace: which message shipped terminals send then is not public. The unanswered sale is reversed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.sim.terminal.bank_line import Attempt
from conformance.sim.terminal.settlement import online_sale

if TYPE_CHECKING:
    from conformance.kernel.contactless import Transaction
    from conformance.sim.terminal.bank_line import BankLine
    from conformance.sim.terminal.parts.flash import Sale
    from conformance.sim.terminal.till import Till
    from conformance.sim.terminal.validator_rules import ValidatorRules


@dataclass(frozen=True, slots=True)
class OnlineRide:
    """One tap of a card that goes online; `sale` is what its record says."""

    rules: ValidatorRules
    line: BankLine
    till: Till
    sale: Sale

    def ask(self, transaction: Transaction, proved: bool) -> str:
        """The outcome of the tap. `proved` says that the card's signature held."""
        attempt = self._asked(transaction)
        if attempt.answer is None:
            return self._unanswered(transaction, attempt, proved)
        if not attempt.approved:
            return self.till.refuse()
        self.sale.due = False
        self.sale.details |= {"trace": attempt.trace, "reference": attempt.told(37)}
        outcome = self.till.complete(transaction)
        self.line.chassis.reversals.drop(attempt.trace)
        return outcome

    def _asked(self, transaction: Transaction) -> Attempt:
        """What was sent and what came back; nothing where there is no line, or a reversal is still to go."""
        attempt = Attempt()
        if self.line.chassis.line.up and self.line.send_reversals():
            initiated = transaction.initiated
            drawn = self.till.drawn_up("sale", initiated.purchase, initiated, sale=self.sale)
            self.line.send(attempt, online_sale(drawn, self.line.next_trace()))
        return attempt

    def _unanswered(self, transaction: Transaction, attempt: Attempt, proved: bool) -> str:
        """Sold where the card proved itself; what the host may have booked is undone either way."""
        self.rules.undone.apply(self.line, attempt)
        if not self.rules.sold_unanswered.apply(proved):
            return self.till.refuse("脱机认证失败")
        self.sale.details |= {"oda": "1", "upload_trace": f"{self.line.next_trace() % 1_000_000:06d}"}
        return self.till.complete(transaction)
