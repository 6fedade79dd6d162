"""One tap at an offline contactless terminal: the kernel's stages, with its own decisions between them.

A card that comes back must be told from another card before a transaction starts, and its PAN is known
only after GPO. So, while torn or just paid taps are remembered, the selected application is first asked for
9F36. A card whose ATC is not that of a remembered tap never made that transaction, or has made another since.

- Torn tap: the ATC is the same, and 9F79 is what the card said it would hold after the debit. Then the last
  record is read again. 9F69 shows that it belongs to that tap: only that card's own commit can have put this
  random number there, and it completes the fDDA signature over this terminal's unpredictable number and
  amount, given with the GPO response. Without 9F69 (fDDA 00) the record that holds 5A must show the PAN.
- Paid tap: the ATC is the same, and the record that holds 5A shows the PAN. A card that keeps 5A in no record
  is recognised by the PAN in its GPO response, and rolls back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from conformance.codec.tags import Tag
from conformance.crypto.certificates import CertificateError
from conformance.kernel import capp, contactless, recovery
from conformance.kernel.initiate import CHINA, CardDecision, initiate
from conformance.kernel.restrictions import date_of
from conformance.kernel.select import UNIONPAY
from conformance.kernel.termination import TerminatedError
from conformance.link.outcomes import CardMute, CardWithdrawn
from conformance.sim.terminal.latency import AUTHENTICATION_US
from conformance.sim.terminal.riding import keys
from conformance.sim.terminal.rules import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.crypto.rsa import RsaPublicKey
    from conformance.kernel.contactless import Transaction
    from conformance.kernel.initiate import Initiated, Purchase
    from conformance.kernel.select import Application
    from conformance.link.card import CardLink
    from conformance.sim.terminal.parts.blacklist import BlacklistInForce
    from conformance.sim.terminal.parts.clock import Clock
    from conformance.sim.terminal.parts.flash import FlashWindow, Sale, TornTap
    from conformance.sim.terminal.parts.recent import RecentTaps
    from conformance.sim.terminal.rules import ReaderRules
    from conformance.sim.terminal.till import Till

LOST = (CardWithdrawn, CardMute)


@dataclass(frozen=True, slots=True)
class Ride:
    """What a card pays, and the records of its extended application that it carries then, by SFI."""

    terms: Purchase
    updates: tuple[tuple[int, bytes], ...] = ()


def everybody(_initiated: Initiated) -> str | None:
    """Every card pays."""
    return None


# What becomes of an ARQC whose records are read; True where the card proved itself. Returns the outcome.
Online: TypeAlias = Callable[["Transaction", bool], str]


def _nothing(_transaction: Transaction) -> None:
    """A terminal that has nothing to do at that moment."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What a tap needs of its terminal. Every method that serves a card returns the outcome of the tap.

    `planned` says before GPO what the card pays and what is written into it, or that it is not served.
    `admission` is asked after GPO, while leaving costs the card nothing: an outcome ends the tap, None lets
    the card pay. `before_debit` is called just before the card commits, so that a device can note what may
    take place. `online` is for a device that asks its issuer; without it an ARQC sells nothing.
    """

    rules: ReaderRules
    till: Till
    clock: Clock
    flash: FlashWindow
    recent: RecentTaps
    blacklist: BlacklistInForce
    ca_keys: Mapping[tuple[bytes, int], RsaPublicKey]
    planned: Callable[[CardLink, Application], Ride | str]
    admission: Callable[[Initiated], str | None]
    before_debit: Callable[[Transaction], None] = _nothing
    online: Online | None = None

    def serve(self, card: CardLink) -> str:
        """From a card in the field to what came of it; nothing the card says or fails to say is raised."""
        try:
            card.reset()
            application = contactless.enter(card, (UNIONPAY,), self.rules.choice.apply)
            return self._returned(card) or self._ride(card, application)
        except TerminatedError:
            return self.till.refuse()
        except LOST:
            return self.till.ask_again()

    def _ride(self, card: CardLink, application: Application) -> str:
        planned = self.planned(card, application)
        return planned if isinstance(planned, str) else self._sell(card, application, planned)

    def _returned(self, card: CardLink) -> str | None:
        """Serve a card that is known from a torn or a just paid tap; None when it is neither."""
        paid = self._just_paid()
        if not self.flash.waiting and not paid:
            return None
        atc = recovery.last_atc(card)
        for torn in self.flash.waiting:
            if torn.transaction.initiated.atc == atc and (outcome := self._resume(card, torn)):
                return outcome
        if any(self._is_card_of(each, card) for each in paid if each.initiated.atc == atc):
            return self.till.warn_of_repetition()
        return None

    def _resume(self, card: CardLink, torn: TornTap) -> str | None:
        """Complete a torn tap from the record that the card saved; None when that record is not shown."""
        left = torn.transaction.initiated.left
        held = recovery.amount_of(card, left.tag) if left else None
        if not self.rules.resumes.apply(torn, held):
            return None
        try:
            transaction = contactless.read_last(card, torn.transaction)
            self._authenticate(transaction)
        except (TerminatedError, CertificateError):
            return None
        if Tag.CARD_AUTHENTICATION_RELATED_DATA not in transaction.values and not self._is_card_of(
            transaction, card
        ):
            return None
        self.flash.remove(torn)
        return self._complete(transaction, self.rules.resumed_sale.apply(torn.sale, self.till.sale))

    def _just_paid(self) -> list[Transaction]:
        now, interval = self.clock.now_ms, self.recent.interval_ms
        return [
            each.transaction
            for each in self.recent.taps
            if self.rules.repeated.apply(now - each.at_ms, interval)
        ]

    @staticmethod
    def _is_card_of(transaction: Transaction, card: CardLink) -> bool:
        place = contactless.place_of_pan(transaction)
        return recovery.shows_pan(card, place, transaction.initiated.pan)

    def _sell(self, card: CardLink, application: Application, ride: Ride) -> str:
        """A new transaction, from GPO on."""
        try:
            initiated = initiate(card, application, ride.terms)
        except LOST:
            return self.rules.lost_at_gpo.apply(self.till, ride.terms)
        self._settle_torn(initiated)
        if (refused := self._refused(initiated)) is not None:
            return refused
        if self.online is not None and initiated.decision is CardDecision.ARQC:
            return self._online(card, initiated, self.online)
        try:
            for sfi, record in ride.updates:
                capp.update(card, sfi, record, initiated.values[Tag.ATC], keys(sfi))
        except LOST:
            return self.rules.lost_at_update.apply(self.till, ride.terms)
        return self._debit(card, contactless.read_before_last(card, initiated))

    def _refused(self, initiated: Initiated) -> str | None:
        """What ends a tap between GPO and the debit; None for a card that pays."""
        if any(each.initiated.pan == initiated.pan for each in self._just_paid()):
            return self.till.warn_of_repetition()
        if self._listed(Moment.AFTER_GPO, initiated):
            return self._refuse_listed(initiated)
        if (outcome := self.admission(initiated)) is not None:
            return outcome
        asks = self.online is not None and initiated.decision is CardDecision.ARQC
        if initiated.decision is not CardDecision.TC and not asks:
            return self.rules.refused_by_card.apply(self.till, initiated)
        return None

    def _online(self, card: CardLink, initiated: Initiated, ask: Online) -> str:
        """Read and verify what a signed ARQC offers, and let the card go before anybody is asked (TR-35)."""
        transaction = contactless.Transaction(initiated, (), initiated.values)
        if initiated.afl is not None:
            transaction = contactless.read_last(card, contactless.read_before_last(card, initiated))
        if refusal := self._restriction(transaction):
            return self.till.refuse(refusal)
        try:
            self._authenticate(transaction)
        except (CertificateError, TerminatedError):
            return ask(transaction, False)
        return ask(transaction, True)

    def _settle_torn(self, initiated: Initiated) -> None:
        """A card with a torn tap pays anew: the torn tap never took place, or is an exception (TR-05b)."""
        own = [each for each in self.flash.waiting if each.transaction.initiated.pan == initiated.pan]
        for torn in own:
            if self.rules.rolled_back.apply(torn, initiated):
                self.flash.remove(torn)
            else:
                self.till.set_aside(torn, "not shown to be undone, nor to be paid")
        if not own:
            self.flash.waiting = tuple(self.rules.flash_after_other_card.apply(self.flash.waiting))

    def _debit(self, card: CardLink, transaction: Transaction) -> str:
        """From the last moment at which the card rolls back to the sale."""
        if refusal := self._restriction(transaction):
            return self.till.refuse(refusal)
        self.before_debit(transaction)
        try:
            transaction = contactless.read_last(card, transaction)
        except LOST:
            return self._keep(transaction)
        try:
            self._authenticate(transaction)
        except CertificateError:
            return self.till.refuse("脱机认证失败")
        return self._complete(transaction)

    def _keep(self, torn: Transaction) -> str:
        outcome = self.rules.lost_at_last_record.apply(self.till, torn)
        while self.flash.waiting and self.rules.flash_full.apply(
            len(self.flash.waiting), self.flash.capacity
        ):
            self.till.set_aside(self.flash.waiting[0], "no room")
        return outcome

    def _authenticate(self, transaction: Transaction) -> None:
        self.clock.advance(AUTHENTICATION_US)
        today = transaction.initiated.purchase.when.date()
        self.rules.authentication.apply(transaction, self.ca_keys, today)

    def _complete(self, transaction: Transaction, sale: Sale | None = None) -> str:
        """Everything is read and authentic. What stood in the last record only is judged here."""
        if Tag.EXPIRATION_DATE not in transaction.values:
            raise TerminatedError("record-object-missing", "5F24")
        if refusal := self._restriction(transaction):
            return self.till.refuse(refusal)
        if self._listed(Moment.AFTER_LAST_RECORD, transaction.initiated):
            return self._refuse_listed(transaction.initiated)
        return self.till.complete(transaction, sale)

    def _restriction(self, transaction: Transaction) -> str | None:
        """Why the application may not be used, for the cardholder; what is not read is not judged."""
        values, rules = transaction.values, self.rules
        today = transaction.initiated.purchase.when.date()
        expires, effective = values.get(Tag.EXPIRATION_DATE), values.get(Tag.EFFECTIVE_DATE)
        if expires is not None and rules.expired.apply(date_of(expires), today):
            return "卡片已过期"
        if effective is not None and rules.not_yet_effective.apply(date_of(effective), today):
            return "卡片未生效"
        usage, country = values.get(Tag.APPLICATION_USAGE_CONTROL), values.get(Tag.ISSUER_COUNTRY)
        if usage and country and not rules.usage_allowed.apply(usage, country == CHINA):
            return "不支持此交易"
        return None

    def _listed(self, moment: Moment, initiated: Initiated) -> bool:
        return self.rules.blacklist_moment.apply(moment) and initiated.pan in self.blacklist

    def _refuse_listed(self, initiated: Initiated) -> str:
        reason = f"blacklist version {self.blacklist.version}"
        self.till.store("blacklist-hit", initiated.purchase, initiated, reason=reason)
        return self.till.refuse("黑名单卡")
