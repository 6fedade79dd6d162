"""A ride paid from the purse of a transport card, with the validator's PSAM (TR-29, TR-30, TR-34).

What is about to be debited is kept before the debit is sent, and dropped when the record is stored. A card
that comes back while its debit is kept is asked for the proof; once that is too late the debit becomes an
exception record, and the clearing centre must find out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from conformance.codec import purse, transport
from conformance.codec.purse import Debit, Mac1Order
from conformance.codec.transport import ManagementFile, ProcessRecord, PublicFile
from conformance.link.outcomes import CardMute, CardWithdrawn
from conformance.model.terminal import TransactionRecord
from conformance.sim.terminal.latency import STORAGE_US
from conformance.sim.terminal.parts.pending_debits import PendingDebit, PendingDebits
from conformance.sim.terminal.parts.psam_slot import PsamGone
from conformance.sim.terminal.purse_steps import (
    COMPOSITE,
    CardRefused,
    asked,
    initiated,
    proof_of,
    sealed,
    terminal_number,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.codec.purse import Initiated, Proof
    from conformance.link.card import CardLink
    from conformance.model.terminal import TransitTerms
    from conformance.sim.terminal.chassis import Chassis
    from conformance.sim.terminal.parts.flash import Sale
    from conformance.sim.terminal.parts.psam_slot import PsamSlot
    from conformance.sim.terminal.till import Till
    from conformance.sim.terminal.validator_rules import ValidatorRules

_MAC2_FAILED: Final = "MAC2 校验失败"
_UNKNOWN: Final = "扣款结果未知"


@dataclass(slots=True)
class SinceStart:
    """What a power cut ends: `psam_sequence` is the PSAM's number that waits for its MAC2; who paid when."""

    psam_sequence: int | None = None
    paid_at_ms: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TransportCard:
    """A transport card in the field, with who issued it and where it is at home."""

    link: CardLink
    public: PublicFile
    management: ManagementFile

    @property
    def serial(self) -> str:
        return self.public.factor.hex()


@dataclass(frozen=True, slots=True)
class TransportTender:
    """One tap of a transport card. Every method that serves it returns the outcome of the tap."""

    rules: ValidatorRules
    chassis: Chassis
    till: Till
    slot: PsamSlot
    terms: TransitTerms
    since: SinceStart
    interval_ms: int

    def serve(self, card: CardLink, sale: Sale, fare: int) -> str:
        """From the selected application to what came of it."""
        try:
            shown = _read(card)
            return self._refused(shown) or self._resumed(shown) or self._debit(shown, sale, fare)
        except CardRefused as refusal:
            return self.till.refuse(refusal.text)
        except PsamGone:
            return self.till.refuse("PSAM 不可用")
        except (CardMute, CardWithdrawn):
            return self.till.ask_again()

    def _refused(self, card: TransportCard) -> str | None:
        """What ends a tap before anything is asked of the purse."""
        chassis, reader = self.chassis, self.rules.reader
        paid = self.since.paid_at_ms.get(card.serial)
        if paid is not None and reader.repeated.apply(chassis.clock.now_ms - paid, self.interval_ms):
            return self.till.warn_of_repetition()
        if card.serial in chassis.blacklist:
            reason = f"blacklist version {chassis.blacklist.version}"
            self._store("blacklist-hit", 0, {"card": card.serial}, reason)
            return self.till.refuse("黑名单卡")
        today = chassis.clock.local.date()
        if reader.expired.apply(_day(card.public.ends), today):
            return self.till.refuse("卡片已过期")
        if reader.not_yet_effective.apply(_day(card.public.starts), today):
            return self.till.refuse("卡片未生效")
        home = card.management.city == bytes.fromhex(self.terms.city)
        if not self.rules.travels.apply(home, card.management.interoperable):
            return self.till.refuse("非本市卡")
        return None

    # A debit

    def _debit(self, card: TransportCard, sale: Sale, fare: int) -> str:
        local = self.chassis.clock.local
        terminal = terminal_number(self.slot)
        begun = initiated(card.link, fare, terminal)
        left = max(begun.balance - fare, 0)
        written = ProcessRecord(terminal, fare, left, f"{local:%Y%m%d%H%M%S}", self._city)
        asked(card.link, purse.update_composite(0, transport.PROCESS_LOG, written.encode()))
        day, time = f"{local:%Y%m%d}", f"{local:%H%M%S}"
        seal = sealed(self.slot, _order(card, begun, fare, day, time))
        self.since.psam_sequence = seal.sequence
        debit = PendingDebit(
            card.serial,
            begun.sequence,
            terminal.hex(),
            seal.sequence,
            fare,
            left,
            self.chassis.clock.now_ms,
            {**sale.details, "city": card.management.city.hex(), "acceptor_city": self._city.hex()},
        )
        self._pending.keep(debit)
        answer = card.link.exchange(purse.debit_for_purchase(Debit(seal.sequence, day, time, seal.mac1)))
        if not answer.ok:
            self._pending.drop(debit)
            raise CardRefused("扣款失败")
        return self._conclude(debit, proof_of(answer))

    @property
    def _city(self) -> bytes:
        return bytes.fromhex(self.terms.city)

    def _conclude(self, debit: PendingDebit, proof: Proof) -> str:
        """The card has paid: verify MAC2, store, show (TR-29)."""
        valid = self._verified(debit, proof)
        details = {**debit.details, **debit.numbers, "purse": "transport", "tac": proof.tac.hex().upper()}
        if valid == "no":
            self._store("exception", debit.amount, {**details, "tac_valid": valid}, _MAC2_FAILED)
            self._pending.drop(debit)
            return self.till.refuse(_MAC2_FAILED)
        self._store("sale", debit.amount, {**details, "tac_valid": valid})
        self._pending.drop(debit)
        now = self.chassis.clock.now_ms
        fresh = {card: at for card, at in self.since.paid_at_ms.items() if now - at <= self.interval_ms}
        self.since.paid_at_ms = {**fresh, debit.card: now}
        self.chassis.indicator.show(now, "accepted", balance=debit.left)
        return "completed"

    def _verified(self, debit: PendingDebit, proof: Proof) -> str:
        """Whether the TAC is of this card: "yes", "no", or "unverified" where the PSAM can no longer tell."""
        if self.since.psam_sequence != debit.psam_sequence:
            return "unverified"
        self.since.psam_sequence = None
        answer = self.slot.exchange(purse.credit_sam_for_purchase(proof.mac2))
        return "yes" if self.rules.mac2_accepted.apply(answer.ok) else "no"

    # A debit whose answer was lost

    def _resumed(self, card: TransportCard) -> str | None:
        """Finish what was kept of this card; None when nothing was, or it did not take place (TR-30)."""
        self.let_fall_due()
        for debit in self._pending.all:
            if debit.card != card.serial:
                continue
            answer = card.link.exchange(purse.get_transaction_prove(COMPOSITE, debit.sequence))
            if answer.ok:
                return self._conclude(debit, proof_of(answer))
            self._pending.drop(debit)
        return None

    def let_fall_due(self) -> None:
        """What no card came back for in time becomes an exception record; StoreFull, and then it is kept."""
        for debit in self._pending.all:
            age, within = self.chassis.clock.now_ms - debit.sent_at_ms, self.terms.prove_s * 1000
            if not self.rules.proves.apply(age, within) and not self.chassis.records.full:
                details = {**debit.details, **debit.numbers, "purse": "transport"}
                self._store("exception", debit.amount, details, _UNKNOWN)
                self._pending.drop(debit)

    def forget(self) -> None:
        """Whatever was under way is given up."""
        self._pending.clear()

    def forget_stored(self) -> None:
        """Drop the debits that the record store holds: the power failed between record and drop."""
        records = self.chassis.records.all() if self._pending.all else ()
        for debit in self._pending.all:
            own = debit.numbers.items()
            if any(own <= each.details.items() for each in records):
                self._pending.drop(debit)

    @property
    def _pending(self) -> PendingDebits:
        return PendingDebits(self.chassis.storage)

    def _store(self, kind: str, amount: int, details: Mapping[str, str], reason: str = "") -> None:
        clock = self.chassis.clock
        clock.advance(STORAGE_US)
        record = TransactionRecord(
            0, kind, clock.now_ms, clock.local.isoformat(), amount, reason=reason, details=details
        )
        self.chassis.records.append(record)


def _read(card: CardLink) -> TransportCard:
    """Who the card is; a card whose files make no sense is refused."""
    public = asked(card, purse.read_binary(transport.PUBLIC, transport.PUBLIC_LENGTH)).data
    management = asked(card, purse.read_binary(transport.MANAGEMENT, transport.MANAGEMENT_LENGTH)).data
    try:
        shown = TransportCard(card, PublicFile.parse(public), ManagementFile.parse(management))
        _day(shown.public.starts), _day(shown.public.ends)
    except ValueError:
        raise CardRefused("无效卡") from None
    return shown


def _order(card: TransportCard, begun: Initiated, amount: int, day: str, time: str) -> Mac1Order:
    return Mac1Order(
        begun.random,
        begun.sequence,
        amount,
        COMPOSITE,
        day,
        time,
        begun.key_version,
        begun.algorithm,
        card.public.factor,
    )


def _day(digits: str) -> date:
    return date.fromisoformat(digits)
