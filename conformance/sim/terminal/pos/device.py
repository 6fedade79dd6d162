"""A point-of-sale terminal: contacts and field, online and offline, PIN pad, stripe of paper, line to a bank.

What a transaction comes to is the kernel's; here it gets its door, its parts and its power.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.codec.iso8583 import Business, CardData, PanEntry, layout_of
from conformance.codec.tags import Tag
from conformance.kernel import transact
from conformance.kernel.candidates import first_by_priority
from conformance.kernel.capp import Extension, Indicator, Plan, with_key
from conformance.kernel.cvm import Cardholder, NoPin
from conformance.kernel.result import Result
from conformance.kernel.transaction import Outcome, Terms
from conformance.link.outcomes import CardMute, CardWithdrawn, TerminalRefused
from conformance.model.terminal import (
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
from conformance.sim.terminal.pos.bank import Bank
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
_PINS: Final = {"right": "1234", "wrong": "9999"}
_OPERATIONS: Final = ("idle", "sale", "upload")
_YES: Final = "yes"
_PSAM: Final = with_key(bytes.fromhex("D5F1FE4A7F8C20FDEC49150BA2E00EDF"))  # a published test key (PB-8)
_CHALLENGE: Final = bytes.fromhex("1234567812345678")
_FIELD_55: Final = layout_of(Business.OFFLINE_UPLOAD).card or CardData((), ())
_UPLOADED: Final = (*_FIELD_55.mandatory, *_FIELD_55.optional, Tag.EXPIRATION_DATE)


@dataclass(frozen=True, slots=True)
class Order:
    """What was keyed in before the card: amounts in fen, PINs by reference in order, the attendant's part.

    `aid` is the application that the cardholder picks, in hexadecimal; `document` whether the ID document is
    the cardholder's own; `referral` whether the issuer approved on the telephone. `indicator` is DF60,
    `place` and `identifier` say which record of the extended application is read, `record` what it becomes.
    """

    amount: int
    other: int = 0
    type: int = 0
    forced_online: bool = False
    online_only: bool = False
    pins: tuple[str, ...] = ()
    aid: str = ""
    document: bool = False
    referral: bool = False
    indicator: Indicator = Indicator.NONE
    place: int = 0
    identifier: bytes = b""
    record: bytes = b""

    @classmethod
    def keyed(cls, arguments: Mapping[str, str]) -> Order:
        """Read an operation's arguments; TerminalRefused for one that is not what it should be."""
        return cls(
            amount=whole("amount", argument(arguments, "amount", "sale")),
            other=whole("other", arguments.get("other", "0")),
            type=int.from_bytes(_keyed_bytes("type", arguments.get("type", "00"), 1)),
            forced_online=arguments.get("forced_online") == _YES,
            online_only=arguments.get("online_only") == _YES,
            pins=_keyed_pins(arguments.get("pins", "")),
            aid=arguments.get("aid", ""),
            document=arguments.get("document") == _YES,
            referral=arguments.get("referral") == _YES,
            indicator=_keyed_indicator(arguments.get("indicator", "0")),
            place=whole("sfi", arguments.get("sfi", "0")),
            identifier=_keyed_bytes("identifier", arguments.get("identifier", "")),
            record=_keyed_bytes("record", arguments.get("record", "")),
        )

    @property
    def extension(self) -> Extension | None:
        """The part of the extended application; None where the sale has none (PB-8)."""
        if not self.indicator:
            return None
        plan = Plan(self.amount, self.indicator, ((self.place, self.record),) if self.record else ())
        return Extension(
            self.place, self.identifier, lambda _read: plan, lambda _sfi: _PSAM, lambda: _CHALLENGE
        )


class Pos:
    """Implements `link.terminal.TerminalLink`; nothing of it is meant to be looked into."""

    def __init__(self, rules: PosRules, *, seed: int = 0, identity: TerminalIdentity = IDENTITY) -> None:
        self._rules = rules
        self._random = Random(seed)
        self._order: Order | None = None
        self._printer = Printer()
        self._pin_pad = PinPad(TEST_KEY, _PINS)
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

    def operate(self, operation: Operation) -> None:
        """Operations: "sale" waits for a card; "idle" forgets it; "upload" settles what is stored.

        Arguments of a sale: amount and other in fen, type (9C), pins, aid, and "yes" for forced_online,
        online_only, document and referral; for the extended application indicator (DF60), sfi, and in
        hexadecimal identifier and record.
        """
        known(operation.name, _OPERATIONS, "operation")
        match operation.name:
            case "sale":
                self._order = Order.keyed(operation.arguments)
            case "upload":
                with self._chassis.powered():
                    self._chassis.upload()
            case _:
                self._chassis.power.restore()
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
        """Let virtual time pass; nothing falls due in it."""
        self._chassis.clock.advance(round(seconds * 1_000_000))

    def observe(self, kind: type[T]) -> Sequence[T]:
        """Logs since the start; queues, parameters and clock as they are now."""
        return self._chassis.observe(kind, {Receipt: lambda: self._printer.receipts})

    def swipe(self, stripe: Stripe) -> Presentation:  # noqa: ARG002  there is nothing to draw it through
        raise TerminalRefused("this terminal has no stripe reader")

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Serve one card with the sale that was keyed in. A bench's fault is raised."""
        known(interface, ("contact", "contactless"), "interface")
        clock = self._chassis.clock
        started, outcome = clock.now_ms, "ignored"
        order, self._order = self._order, None
        if order is not None:
            with self._chassis.powered():
                outcome = self._serve(TimedCard(card, clock, self._rules.latency.apply), order, interface)
        return Presentation(started, clock.now_ms, outcome)

    def _serve(self, card: TimedCard, order: Order, interface: str) -> str:
        contact = interface == "contact"
        bank = Bank(self._chassis, PanEntry.CONTACT if contact else PanEntry.CONTACTLESS, order.amount)
        try:
            card.reset()
        except (CardMute, CardWithdrawn):
            return self._show(Result(Outcome.LOST))
        result = self._transacted(card, order, bank, contact=contact)
        self._store(result, order, interface)
        bank.settle(result)
        return self._show(result)

    def _transacted(self, card: TimedCard, order: Order, bank: Bank, *, contact: bool) -> Result:
        when = self._chassis.clock.local
        terms = Terms(order.amount, when, order.other, order.type, order.forced_online, order.online_only)
        holder, link = self._holder(order), self._rules.sends.apply(card)
        if contact:
            terminal = contact_terminal(self._chassis, self._random, lambda _code: order.referral)
            terminal = self._drawing(terminal)
            return transact.contact(link, terminal, terms, bank, holder, self._rules.contact)
        reader = contactless_terminal(self._chassis, self._random, lambda _code: order.referral)
        reader = replace(reader, base=self._drawing(reader.base))
        return transact.contactless(
            link, reader, terms, bank, holder, self._rules.contactless, order.extension
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


def _keyed_indicator(text: str) -> Indicator:
    known(text, [str(int(each)) for each in Indicator], "indicator")
    return Indicator(int(text))


def _keyed_pins(text: str) -> tuple[str, ...]:
    """References of PINs, in the order of entry."""
    pins = tuple(text.split())
    for pin in pins:
        known(pin, tuple(_PINS), "PIN")
    return pins


def _keyed_bytes(what: str, text: str, most: int = 255) -> bytes:
    """Bytes that were keyed in as hexadecimal digits."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        raise TerminalRefused(f"{what}: {text!r:.40} is not hexadecimal") from None
    if len(found) > most:
        raise TerminalRefused(f"{what}: more than {most} bytes")
    return found
