"""A hospital counter: bills and prepayments over contacts, online with PIN, at a bank and a hospital system.

What the hospital and the bank must agree on stands in `desk`; here it gets its door, its parts and its power.
"""

from __future__ import annotations

import dataclasses
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.codec.values import fen, yuan
from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import (
    CounterTerms,
    HostMessage,
    Parameters,
    ParametersInForce,
    Presentation,
    QueueEntry,
    Receipt,
    TerminalIdentity,
)
from conformance.sim.host import HospitalRefused
from conformance.sim.host.pin import TEST_KEY
from conformance.sim.terminal.chassis import Chassis, argument, known, offers, whole
from conformance.sim.terminal.hospital_counter.bank import Bank
from conformance.sim.terminal.hospital_counter.books import COUNTER, Books
from conformance.sim.terminal.hospital_counter.desk import TAKEN_BACK_BY, ChipFailed, Desk, Order, reset
from conformance.sim.terminal.hospital_counter.lines import HospitalLine
from conformance.sim.terminal.host_line import address_of
from conformance.sim.terminal.latency import TimedCard, exchange_latency
from conformance.sim.terminal.parts.pin_pad import PinPad
from conformance.sim.terminal.parts.power import PowerLost
from conformance.sim.terminal.parts.printer import Printer
from conformance.sim.terminal.parts.stripe_reader import StripeReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.link.card import CardLink
    from conformance.model.terminal import Fault, Operation, Stripe, TransactionRecord
    from conformance.sim.terminal.hospital_counter.rules import CounterRules

T = TypeVar("T")

IDENTITY: Final = TerminalIdentity(
    vendor="示例厂商 Example Vendor",
    model="Reference hospital counter",
    firmware="1.0.0",
    device="hospital-counter",
    simulated=True,
    time_base="virtual",
    offers=offers("O7", "power-at", "printer", "pin-pad", "stripe"),
)
_PINS: Final = {"right": "123456", "wrong": "654321"}
_MOMENTS: Final = ("approved",)
_NOBODY: Final = CounterTerms(hospital="127.0.0.1:0")


class HospitalCounter:
    """Implements `link.terminal.TerminalLink`; nothing of it is meant to be looked into."""

    def __init__(self, rules: CounterRules, *, seed: int = 0, identity: TerminalIdentity = IDENTITY) -> None:
        self._rules = rules
        self._random = Random(seed)
        self._order: Order | None = None
        self._failures = 0
        self._cut_at = ""
        self._printer = Printer()
        self._pin_pad = PinPad(TEST_KEY, _PINS)
        self._stripes = StripeReader()
        self._chassis = Chassis(identity, Parameters(counter=_NOBODY), forget=self._start_again)
        self._hospital = HospitalLine(self._chassis.clock)

    def identify(self) -> TerminalIdentity:
        return self._chassis.identity

    def alive(self) -> bool:
        return True

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        if parameters.counter is not None:
            address_of(parameters.counter.hospital)
        with self._chassis.powered():
            self._chassis.load(parameters)

    def wait(self, seconds: float) -> None:
        """Let virtual time pass; nothing falls due in it."""
        self._chassis.clock.advance(round(seconds * 1_000_000))

    # The cashier

    def operate(self, operation: Operation) -> None:
        """What the cashier keys in; the operations that a card completes wait for one.

        TerminalRefused for an unknown operation or a missing argument; what the counter itself refuses is
        shown.
        """
        known(operation.name, tuple(self._operations), "operation")
        with self._chassis.powered():
            self._operations[operation.name](operation.arguments)

    @property
    def _operations(self) -> Mapping[str, Callable[[Mapping[str, str]], None]]:
        return {
            "idle": lambda _arguments: self._abandon(),
            "query": self._query,
            "pay": self._pay,
            "deposit": lambda arguments: self._order_amount("deposit", arguments),
            "authorise": lambda arguments: self._order_amount("pre-authorisation", arguments),
            "take-back": self._take_back,
            "refund": lambda arguments: self._order_part("refund", arguments),
            "complete": lambda arguments: self._order_part("completion", arguments),
            "discharge": self._discharge,
            "settle": lambda _arguments: self._settle(),
            "resolve": lambda _arguments: self._resolve(),
        }

    def _abandon(self) -> None:
        self._order, self._failures, self._cut_at = None, 0, ""
        self._desk.release()
        self._chassis.indicator.show(self._chassis.clock.now_ms, "idle", text="请出示账单")

    def _query(self, arguments: Mapping[str, str]) -> None:
        number = argument(arguments, "bill", "query")
        try:
            bill = self._hospital_line.bill(number)
        except HospitalRefused as refusal:
            self._desk.show("declined", str(refusal))
            return
        self._desk.show("bill", f"账单 {bill.number} 应付 {yuan(bill.amount)}")

    def _pay(self, arguments: Mapping[str, str]) -> None:
        """Take a bill; its amount is the hospital's, whatever was typed (HC-01, HC-06)."""
        number = argument(arguments, "bill", "pay")
        typed = _amount(arguments["amount"]) if "amount" in arguments else None
        if self._order is not None and self._order.subject == number:
            self._desk.show("declined", f"账单 {number} 正在支付")
            return
        self._desk.release()
        try:
            bill = self._rules.locked.apply(self._hospital_line, number, COUNTER)
        except HospitalRefused as refusal:
            self._desk.show("declined", str(refusal))
            return
        self._desk.books.hold(number)
        due = self._rules.amount_due.apply(bill, typed)
        self._wait_for_card(Order("sale", due, number, _pins(arguments)))

    def _order_amount(self, kind: str, arguments: Mapping[str, str]) -> None:
        patient = argument(arguments, "patient", kind)
        amount = _amount(argument(arguments, "amount", kind))
        self._wait_for_card(Order(kind, amount, patient, _pins(arguments)))

    def _take_back(self, arguments: Mapping[str, str]) -> None:
        original = self._record(arguments)
        if original.kind not in TAKEN_BACK_BY:
            raise TerminalRefused(f"a {original.kind} cannot be taken back")
        kind, amount = TAKEN_BACK_BY[original.kind], original.amount
        self._wait_for_card(Order(kind, amount, original.details["subject"], original=original))

    def _order_part(self, kind: str, arguments: Mapping[str, str]) -> None:
        original = self._record(arguments)
        amount = _amount(argument(arguments, "amount", kind))
        self._wait_for_card(Order(kind, amount, original.details["subject"], original=original))

    def _discharge(self, arguments: Mapping[str, str]) -> None:
        self._wait_for_card(Order("discharge", subject=argument(arguments, "patient", "discharge")))

    def _settle(self) -> None:
        settled = self._rules.clears_reversals.apply(self._desk) and self._desk.bank.settle()
        self._desk.show("accepted" if settled else "declined", "结算成功" if settled else "结算失败")

    def _resolve(self) -> None:
        """Undo and tell what is still to be undone and told."""
        self._desk.bank.send_reversals()
        self._desk.bank.send_notices()
        self._desk.confirm()
        self._desk.print_receipts()
        if self._order is None:
            self._desk.release()

    def _record(self, arguments: Mapping[str, str]) -> TransactionRecord:
        number = argument(arguments, "record", "this operation")
        found = self._desk.books.record(number)
        if found is None:
            raise TerminalRefused(f"there is no record {number}")
        return found

    def _wait_for_card(self, order: Order) -> None:
        self._order, self._failures = order, 0
        self._desk.show("insert-card", f"金额 {yuan(order.amount)}，请插卡")

    # The card

    def present(self, card: CardLink, interface: str = "contact") -> Presentation:
        """Serve one card. Only the card's own outcomes end in a presentation; a bench's fault is raised."""
        known(interface, ("contact",), "interface")
        timed = TimedCard(card, self._chassis.clock, exchange_latency)
        return self._presented(lambda order: self._inserted(timed, order))

    def swipe(self, stripe: Stripe) -> Presentation:
        """Draw a stripe; a card that has a chip pays with it (HC-23, MG-01)."""
        return self._presented(lambda order: self._swiped(stripe, order))

    def _presented(self, serve: Callable[[Order], str]) -> Presentation:
        clock, order = self._chassis.clock, self._order
        started, outcome = clock.now_ms, "ignored" if order is None else "lost"
        if order is not None:
            with self._chassis.powered():
                outcome = serve(order)
        if outcome in ("completed", "declined"):
            self._order = None
        return Presentation(started, clock.now_ms, outcome)

    def _inserted(self, card: CardLink, order: Order) -> str:
        try:
            reset(card)
            return self._desk.serve(card, order)
        except ChipFailed:
            self._failures += 1
        if self._rules.reads_again.apply(self._failures, self._terms.chip_attempts):
            self._desk.show("present-again", "读卡失败，请重新插卡")
            return "lost"
        return self._desk.refuse(order, "芯片无法读取，请更换卡片")

    def _swiped(self, stripe: Stripe, order: Order) -> str:
        track = self._rules.track_read.apply(self._stripes, stripe)
        code = None if track is None else track.service_code
        use = self._rules.stripe_use.apply(code, self._failures > 0, self._terms.fallback)
        if track is None or use == "refuse":
            self._desk.show("present-again", "刷卡失败，请插卡或重新刷卡")
            return "lost"
        if use == "insert":
            self._desk.show("insert-card", "该卡为芯片卡，请插卡")
            return "lost"
        return self._desk.swipe(order, track, fallback=use == "fallback")

    # Power, faults, and what is shown

    def disturb(self, fault: Fault) -> None:
        """The faults of every terminal, and those of printer, PIN pad, stripe reader and timed power."""
        if self._chassis.disturb(fault):
            return
        match fault.name:
            case "power-cut-at":
                known(fault.arguments["moment"], _MOMENTS, "moment")
                self._cut_at = fault.arguments["moment"]
            case "paper-left":
                self._printer.paper = whole("lines", fault.arguments["lines"])
            case "pin-pad-tampered":
                self._pin_pad.tamper()
            case _:
                self._stripes.worn = frozenset(
                    whole("tracks", each) for each in fault.arguments["tracks"].split()
                )

    def _reach(self, moment: str) -> None:
        if self._cut_at == moment:
            self._cut_at = ""
            raise PowerLost

    def _start_again(self) -> None:
        """What the counter does whenever it gets power."""
        self._order, self._failures = None, 0
        self._desk.recover()

    @property
    def _terms(self) -> CounterTerms:
        return self._chassis.parameters.counter or _NOBODY

    @property
    def _hospital_line(self) -> HospitalLine:
        """The line to where the hospital is said to be now."""
        self._hospital.address = address_of(self._terms.hospital)
        return self._hospital

    @property
    def _desk(self) -> Desk:
        books = Books(self._chassis)
        return Desk(
            self._rules,
            self._chassis,
            books,
            Bank(self._rules, self._chassis, books),
            self._hospital_line,
            self._printer,
            self._pin_pad,
            self._random,
            self._reach,
            self._terms,
        )

    def observe(self, kind: type[T]) -> Sequence[T]:
        """What every terminal shows, messages to the hospital, receipts, and what waits."""
        return self._chassis.observe(
            kind,
            {
                HostMessage: self._messages,
                Receipt: lambda: self._printer.receipts,
                QueueEntry: self._queue,
                ParametersInForce: self._in_force,
            },
        )

    def _in_force(self) -> Sequence[ParametersInForce]:
        """O8, with the counter's own terms by their names."""
        terms = dataclasses.asdict(self._terms)
        return [self._chassis.in_force({name: str(value) for name, value in terms.items()})]

    def _messages(self) -> Sequence[HostMessage]:
        passed = (*self._chassis.line.all(), *self._hospital.all())
        return sorted(passed, key=lambda message: message.at_ms)

    def _queue(self) -> Sequence[QueueEntry]:
        reversals = self._chassis.reversals
        return [
            *(QueueEntry("hospital", str(each.number), "pending") for each in self._chassis.uploads.pending),
            *(QueueEntry("hospital", str(number), "disputed") for number in self._chassis.uploads.disputed),
            *(
                QueueEntry("reversal", each.trace, "pending", each.tries, each.reason)
                for each in reversals.pending
            ),
            *(
                QueueEntry("reversal", each.trace, "given-up", each.tries, each.reason)
                for each in reversals.exceptions
            ),
        ]


def _pins(arguments: Mapping[str, str]) -> tuple[str, ...]:
    pins = tuple(arguments.get("pins", "").split())
    for pin in pins:
        known(pin, tuple(_PINS), "PIN")
    return pins


def _amount(text: str) -> int:
    try:
        amount = fen(text)
    except ValueError as error:
        raise TerminalRefused(str(error)) from None
    if amount <= 0:
        raise TerminalRefused(f"{text} is no amount to pay")
    return amount
