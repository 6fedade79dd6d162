"""A point-of-sale terminal: contacts and field, online and offline, PIN pad, stripe of paper, line to a bank.

What a transaction comes to is the kernel's; here it gets its door, its parts and its power.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.codec.iso8583 import Business, CardData, PanEntry, layout_of
from conformance.codec.tags import Tag
from conformance.kernel import qpboc, recovery, transact
from conformance.kernel.candidates import first_by_priority
from conformance.kernel.cvm import Cardholder, NoPin
from conformance.kernel.result import Result
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import Outcome, Terms
from conformance.link.outcomes import CardMute, CardWithdrawn, TerminalRefused
from conformance.model.terminal import (
    FlashRecord,
    Parameters,
    PosTerms,
    Presentation,
    Receipt,
    TerminalIdentity,
    TransactionRecord,
)
from conformance.sim.host.pin import TEST_KEY
from conformance.sim.terminal.chassis import Chassis, argument, known, offers, whole
from conformance.sim.terminal.kernel_settings import contact_terminal, contactless_terminal
from conformance.sim.terminal.latency import TimedCard
from conformance.sim.terminal.parts.pin_pad import PinPad, PinPadUnusable
from conformance.sim.terminal.parts.printer import OutOfPaper, Printer
from conformance.sim.terminal.parts.record_store import StoreFull
from conformance.sim.terminal.pos.bank import Bank
from conformance.sim.terminal.pos.order import PINS, Opening, Order
from conformance.sim.terminal.pos.torn import TornSale, TornSales
from conformance.sim.terminal.settlement import objects_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.kernel.candidates import ContactCandidate
    from conformance.kernel.transaction import ContactTerminal
    from conformance.link.card import CardLink
    from conformance.model.terminal import Fault, Operation, Stripe
    from conformance.sim.terminal.pos.rules import PosRules

T = TypeVar("T")
Entered = TypeVar("Entered", str, bytes)

IDENTITY: Final = TerminalIdentity(
    vendor="示例厂商 Example Vendor",
    model="Reference point-of-sale terminal",
    firmware="1.0.0",
    device="pos",
    simulated=True,
    time_base="virtual",
    offers=offers("O7", "pin-pad", "printer"),
)
_OPERATIONS: Final = ("idle", "sale", "open", "upload")
_FIELD_55: Final = layout_of(Business.OFFLINE_UPLOAD).card or CardData((), ())
_UPLOADED: Final = (*_FIELD_55.mandatory, *_FIELD_55.optional, Tag.EXPIRATION_DATE)


class Pos:
    """Implements `link.terminal.TerminalLink`; nothing of it is meant to be looked into."""

    def __init__(self, rules: PosRules, *, seed: int = 0, identity: TerminalIdentity = IDENTITY) -> None:
        self._rules = rules
        self._random = Random(seed)
        self._order: Order | Opening | None = None
        self._torn = TornSales()
        self._printer = Printer()
        self._pin_pad = PinPad(TEST_KEY, PINS)
        self._chassis = Chassis(identity, Parameters(pos=PosTerms()), forget=self._forget)

    def identify(self) -> TerminalIdentity:
        return self._chassis.identity

    def alive(self) -> bool:
        return True

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        if not self._chassis.identity.simulated and any(
            each.demonstration for each in parameters.sm_capks or ()
        ):
            raise TerminalRefused("demonstration CA public keys are for simulated terminals only")
        with self._chassis.powered():
            self._chassis.load(parameters)
            self._torn.limits.load(parameters)

    def operate(self, operation: Operation) -> None:
        """Operations: "sale" and "open" wait for a card; "idle" forgets it; "upload" settles what is stored.

        Arguments of a sale: amount and other in fen, type (9C), pins, aid, and "yes" for forced_online,
        online_only, document and referral; for the extended application indicator (DF60), sfi, and in
        hexadecimal identifier and record. "open" puts a record, in hexadecimal, into the file sfi of a card.
        """
        known(operation.name, _OPERATIONS, "operation")
        match operation.name:
            case "sale":
                self._order = Order.keyed(operation.arguments)
            case "open":
                self._order = Opening.keyed(operation.arguments)
            case "upload":
                with self._chassis.powered():
                    self._chassis.upload()
            case _:
                self._chassis.power.restore()
                self._torn.waiting = ()
                self._forget()

    def disturb(self, fault: Fault) -> None:
        """The faults of every terminal, and of PIN pad and printer."""
        if self._chassis.disturb(fault):
            return
        if fault.name == "pin-pad-tampered":
            self._pin_pad.tamper()
        else:
            self._printer.paper = whole("lines", argument(fault.arguments, "lines", fault.name))

    def _forget(self) -> None:
        self._order = None
        self._chassis.show_idle()

    def wait(self, seconds: float) -> None:
        """Let virtual time pass, and torn sales fall due."""
        self._chassis.clock.advance(round(seconds * 1_000_000))
        with self._chassis.powered():
            self._let_fall_due()

    def observe(self, kind: type[T]) -> Sequence[T]:
        """Logs since the start; queues, parameters and clock as they are now."""
        shown = {Receipt: lambda: self._printer.receipts, FlashRecord: lambda: self._torn.shown}
        return self._chassis.observe(kind, shown)

    def swipe(self, stripe: Stripe) -> Presentation:  # noqa: ARG002  there is nothing to draw it through
        raise TerminalRefused("this terminal has no stripe reader")

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Serve one card: the torn sale that it left, or what was keyed in. A bench's fault is raised."""
        known(interface, ("contact", "contactless"), "interface")
        clock = self._chassis.clock
        started, outcome = clock.now_ms, "ignored"
        with self._chassis.powered():
            self._let_fall_due()
            if self._order is not None or (self._torn.waiting and interface == "contactless"):
                outcome = self._with_room(TimedCard(card, clock, self._rules.latency.apply), interface)
        return Presentation(started, clock.now_ms, outcome)

    def _with_room(self, card: TimedCard, interface: str) -> str:
        """Without room for a record nothing is sold."""
        if not self._chassis.records.full:
            with suppress(StoreFull):
                return self._attend(card, interface)
        return self._show(Result(Outcome.TERMINATED, reason="store-full"))

    def _attend(self, card: TimedCard, interface: str) -> str:
        """A card that returns with a torn sale completes that one, and no other (TR-05a)."""
        try:
            card.reset()
        except (CardMute, CardWithdrawn):
            return self._show(Result(Outcome.LOST))
        link = self._rules.sends.apply(card)
        if interface == "contactless" and (returned := self._returned(link)) is not None:
            return returned
        order, self._order = self._order, None
        if order is None:
            return "ignored"
        return self._open(link, order) if isinstance(order, Opening) else self._serve(link, order, interface)

    def _serve(self, card: CardLink, order: Order, interface: str) -> str:
        contact = interface == "contact"
        bank = Bank(self._chassis, PanEntry.CONTACT if contact else PanEntry.CONTACTLESS, order.amount)
        result = self._transacted(card, order, bank, contact=contact)
        if self._rules.keeps_order.apply(result):
            self._order = order
        for undone in self._torn.settled_by(result):
            self._set_aside(undone, "not shown to be undone, nor to be paid")
        if result.torn is not None:
            self._keep(TornSale(result.torn, order, self._chassis.clock.now_ms))
        self._store(result, order, interface)
        bank.settle(result)
        return self._show(result)

    def _returned(self, card: CardLink) -> str | None:
        """Complete the torn sale that this card left; None when it left none, or did not pay (PB-7.5)."""
        for torn in self._torn.waiting:
            bank = Bank(self._chassis, PanEntry.CONTACTLESS, torn.order.amount)
            holder = self._holder(torn.order)
            result = transact.resume(card, torn.state, bank, holder, self._rules.contactless)
            if result is not None and result.torn is not None:
                return self._show(result)
            if result is not None:
                self._store(result, torn.order, "contactless")
                self._torn.remove(torn)
                self._order = None if self._order is torn.order else self._order
                bank.settle(result)
                return self._show(result)
        return None

    def _keep(self, torn: TornSale) -> None:
        """The card may have paid: its sale waits for it, and the oldest makes room (TR-05a, TR-07)."""
        self._torn.waiting = (*self._torn.waiting, torn)
        for oldest in self._torn.in_excess:
            self._set_aside(oldest, "no room")

    def _let_fall_due(self) -> None:
        """Torn sales past T2 become exceptions (TR-06)."""
        now, limits = self._chassis.clock.now_ms, self._torn.limits
        for torn in self._torn.waiting:
            expired = self._rules.torn_expired.apply(now - torn.torn_at_ms, limits.t2_ms)
            if expired and not self._chassis.records.full:
                self._set_aside(torn, "T2 passed")

    def _set_aside(self, torn: TornSale, reason: str) -> None:
        """Nobody knows whether it was paid: an exception record, for whoever settles it."""
        result = replace(torn.as_lost, reason=reason)
        self._chassis.records.append(self._record("exception", result, torn.order, "contactless"))
        self._torn.remove(torn)

    def _open(self, card: CardLink, order: Opening) -> str:
        """Put the record that was keyed in into the card's file (PB-8)."""
        aids = contactless_terminal(self._chassis, self._random).base.aids
        try:
            qpboc.enter(card, aids, self._rules.contactless)
            atc = recovery.last_atc(card) or 0
            sent = card, order.place, order.record, order.management_key, atc.to_bytes(2, "big")
            self._rules.append.apply(*sent, order.opening)
        except TerminatedError as ending:
            return self._show(Result(Outcome.TERMINATED, reason=ending.reason, detail=ending.detail))
        except (CardMute, CardWithdrawn):
            return self._show(Result(Outcome.LOST))
        self._chassis.indicator.show(self._chassis.clock.now_ms, "accepted")
        return "completed"

    def _transacted(self, card: CardLink, order: Order, bank: Bank, *, contact: bool) -> Result:
        when = self._chassis.clock.local
        terms = Terms(order.amount, when, order.other, order.type, order.forced_online, order.online_only)
        holder = self._holder(order)
        if contact:
            terminal = contact_terminal(self._chassis, self._random, lambda _code: order.referral)
            terminal = self._drawing(terminal)
            return transact.contact(card, terminal, terms, bank, holder, self._rules.contact)
        reader = contactless_terminal(self._chassis, self._random, lambda _code: order.referral)
        reader = replace(reader, base=self._drawing(reader.base))
        return transact.contactless(
            card, reader, terms, bank, holder, self._rules.contactless, order.extension
        )

    def _drawing(self, terminal: ContactTerminal) -> ContactTerminal:
        return replace(terminal, unpredictable=lambda: self._rules.unpredictable.apply(self._random))

    def _holder(self, order: Order) -> Cardholder:
        """The person at the PIN pad: each PIN that is asked for takes the next of the order."""
        entered = iter(order.pins)

        def offline(_tries: int | None) -> str | NoPin:
            return _entered(lambda: self._pin_pad.digits(next(entered, None)))

        def online(pan: str) -> bytes | NoPin:
            return _entered(lambda: self._pin_pad.pin_block(next(entered, None), pan))

        def choice(listed: Sequence[ContactCandidate]) -> ContactCandidate | None:
            wanted = [each for each in listed if each.aid.hex().upper() == order.aid]
            return wanted[0] if wanted else first_by_priority(listed)

        return Cardholder(offline, online, lambda _number, _kind: order.document, choice)

    def _store(self, result: Result, order: Order, interface: str) -> None:
        kind = self._rules.stored_kind.apply(result)
        if kind is not None:
            self._chassis.records.append(self._record(kind, result, order, interface))

    def _record(self, kind: str, result: Result, order: Order, interface: str) -> TransactionRecord:
        """O2. Details: interface, outcome, TSI, CID, CVM results, response code, cryptograms, path."""
        clock, values = self._chassis.clock, result.values
        offline = result.outcome is Outcome.OFFLINE_APPROVED
        return TransactionRecord(
            number=0,
            kind=kind,
            at_ms=clock.now_ms,
            date_time=clock.local.isoformat(),
            amount=order.amount,
            pan=result.pan,
            psn=result.psn,
            atc=result.atc,
            cryptogram=result.cryptogram.hex().upper(),
            unpredictable_number=values.get(Tag.UNPREDICTABLE_NUMBER, b"").hex().upper(),
            iad=values.get(Tag.ISSUER_APPLICATION_DATA, b"").hex().upper(),
            tvr=result.tvr.to_bytes().hex().upper(),
            reason=": ".join(filter(None, (result.reason, result.detail))),
            details={
                "interface": interface,
                "outcome": result.outcome.value,
                "tsi": result.tsi.to_bytes().hex().upper(),
                "cid": values.get(Tag.CID, b"").hex().upper(),
                "cvm": values.get(Tag.CVM_RESULTS, b"").hex().upper(),
                "aid": values.get(Tag.DF_NAME, b"").hex().upper(),
                "response": result.response_code,
                "cryptograms": " ".join(each.name for each in result.cryptograms),
                "scripts": result.script_results.hex().upper(),
                "electronic cash": "yes" if result.electronic_cash else "no",
                "path": "; ".join(result.path),
            },
            objects=_settled(result, interface) if offline and result.approved else {},
        )

    def _show(self, result: Result) -> str:
        signal, text = self._rules.signal.apply(result)
        now = self._chassis.clock.now_ms
        lines = self._rules.receipt.apply(result)
        try:
            if lines:
                self._printer.print(now, lines)
        except OutOfPaper:
            self._chassis.event("out-of-paper")
        self._chassis.indicator.show(now, signal, text=text)
        if result.outcome is Outcome.LOST:
            return "lost"
        return "completed" if result.approved else "declined"


def _settled(result: Result, interface: str) -> Mapping[str, str]:
    """What the upload of an offline sale takes: field 55, the expiry, and how the card was read."""
    entry = PanEntry.CONTACT if interface == "contact" else PanEntry.CONTACTLESS
    kept = {tag: result.values[tag] for tag in _UPLOADED if tag in result.values}
    return objects_of({**kept, Tag.POS_ENTRY_MODE: bytes.fromhex(entry.value)})


def _entered(ask: Callable[[], Entered | None]) -> Entered | NoPin:
    try:
        found = ask()
    except PinPadUnusable:
        return NoPin.NO_PIN_PAD
    return NoPin.NOT_ENTERED if found is None else found
