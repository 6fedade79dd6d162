"""What a counter does with a card: pay, deposit, authorise, complete, take back, discharge; what must follow.

A transaction stands when its record is stored. Until then its reversal waits; from then on the hospital must
be told, and a receipt printed. A power cut at any point between leaves one of these to be done (`recover`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.codec.bits import Tvr
from conformance.codec.iso8583 import (
    CardRead,
    PanEntry,
)
from conformance.codec.tags import Tag
from conformance.kernel import contact, transact
from conformance.kernel.cvm import Cardholder, NoPin
from conformance.kernel.select import UNIONPAY
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import (
    ActionCodes,
    Capability,
    ContactTerminal,
    SupportedAid,
    Terms,
)
from conformance.link.outcomes import CardMute, CardWithdrawn
from conformance.model.terminal import TransactionRecord
from conformance.sim.host import HospitalDown, HospitalRefused
from conformance.sim.terminal.hospital_counter import receipt
from conformance.sim.terminal.hospital_counter.bank import Attempt, Bank
from conformance.sim.terminal.hospital_counter.books import COUNTER, Books
from conformance.sim.terminal.hospital_counter.rules import APPROVED
from conformance.sim.terminal.parts.pin_pad import PinPadUnusable
from conformance.sim.terminal.parts.printer import OutOfPaper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from conformance.codec.iso8583 import Message
    from conformance.codec.values import Track2
    from conformance.kernel.issuer import OnlineAnswer, OnlineRequest
    from conformance.kernel.result import Result
    from conformance.link.card import CardLink
    from conformance.model.terminal import CounterTerms
    from conformance.sim.terminal.chassis import Chassis
    from conformance.sim.terminal.hospital_counter.lines import HospitalLine
    from conformance.sim.terminal.hospital_counter.rules import CounterRules
    from conformance.sim.terminal.parts.pin_pad import PinPad
    from conformance.sim.terminal.parts.printer import Printer

_LOST = (CardMute, CardWithdrawn)
_EVERY_BIT: Final = Tvr(sum(Tvr))
_ACTION_CODES: Final = ActionCodes(Tvr.PIN_NOT_ENTERED, _EVERY_BIT, _EVERY_BIT)
_ONLINE_ONLY: Final = 0x21  # attended, of a merchant (EMV Book 4 A1)
_CAPABILITIES: Final = (
    Capability(0x60_00_00) | Capability.ONLINE_PIN | Capability.SDA | Capability.DDA | Capability.CDA
)
_REASONS: Final = {
    "05": "不承兑",
    "14": "无效卡号",
    "25": "找不到原交易",
    "51": "余额不足",
    "54": "卡片已过期",
    "55": "密码错误",
    "61": "超出金额限制",
    "62": "受限制的卡",
    "64": "原始金额不正确",
    "75": "密码输入次数超限",
}
TAKEN_BACK_BY: Final = {
    "sale": "void",
    "deposit": "void",
    "pre-authorisation": "cancel",
    "completion": "completion-void",
}
_FIRST = ("sale", "deposit", "pre-authorisation")
_HOSPITAL_KNOWS = ("sale", "deposit", "void", "refund")
_DISPUTED = "14"  # of the upload queue: this record alone is refused


class ChipFailed(Exception):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The chip does not answer: it may be put in again, so often and no oftener."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the cashier asked for, and a card shall now do.

    `kind` is that of the record to come, or "discharge". `subject` is a bill or a patient, `pins` are
    references of what will be entered, one for each time that a PIN is asked for.
    """

    kind: str
    amount: int = 0
    subject: str = ""
    pins: tuple[str, ...] = ()
    original: TransactionRecord | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that an order needs. What serves a card returns the outcome of its presentation."""

    rules: CounterRules
    chassis: Chassis
    books: Books
    bank: Bank
    hospital: HospitalLine
    printer: Printer
    pin_pad: PinPad
    random: Random
    reach: Callable[[str], None]
    terms: CounterTerms

    # With a card

    def serve(self, card: CardLink, order: Order) -> str:
        """Do what was ordered with a chip that has been reset."""
        if not self._has_room(order):
            return self.refuse(order, "存储已满，请先结算")
        if not self.rules.clears_reversals.apply(self):
            return self.refuse(order, "冲正未完成，请稍后再试")
        self.bank.send_notices()
        if order.kind in _FIRST:
            return self._charge(card, order)
        read = self._read(card)
        if read is None:
            return self.refuse(order, "读卡失败")
        return self._discharge(order, read) if order.kind == "discharge" else self._later(order, read)

    def swipe(self, order: Order, track: Track2, *, fallback: bool) -> str:
        """Do what was ordered with a stripe."""
        if not self._has_room(order):
            return self.refuse(order, "存储已满，请先结算")
        if not self.rules.clears_reversals.apply(self):
            return self.refuse(order, "冲正未完成，请稍后再试")
        if order.kind not in _FIRST:
            read = self.rules.stripe_read.apply(track, b"", fallback=fallback)
            return self._discharge(order, read) if order.kind == "discharge" else self._later(order, read)
        block = self._entered(next(iter(order.pins), None), track.pan)
        read = self.rules.stripe_read.apply(track, block, fallback=fallback)
        attempt = Attempt()
        self.bank.first(attempt, order.kind, order.amount, read)
        return self._conclude(order, attempt, track.pan)

    def _has_room(self, order: Order) -> bool:
        """A transaction and the void that may follow it can be stored; of a discharge, each of its parts."""
        records = self.chassis.records
        needed = 1 + len(self._deposits(order.subject)) if order.kind == "discharge" else 2
        return records.capacity is None or len(records) + needed <= records.capacity

    def _charge(self, card: CardLink, order: Order) -> str:
        """A first transaction over contacts, online, with as many PINs as there are tries (HC-14)."""
        pins, wrong = iter(order.pins), 0
        while True:
            attempt = Attempt()
            result = self._paid(card, order, attempt, next(pins, None))
            wrong += attempt.wrong_pin
            if not attempt.wrong_pin or not self.rules.asks_again.apply(wrong, self.terms.pin_tries):
                break
            self.show("wrong-pin", "密码错误，请重新输入")
            reset(card)
        if attempt.message is None:
            return self._not_sent(order, result)
        return self._conclude(order, attempt, result.pan, result)

    def _paid(self, card: CardLink, order: Order, attempt: Attempt, pin: str | None) -> Result:
        terms = Terms(order.amount, self.chassis.clock.local, forced_online=True)

        def entered(pan: str) -> bytes | NoPin:
            return self._entered(pin, pan) or NoPin.NOT_ENTERED

        def issuer(request: OnlineRequest) -> OnlineAnswer | None:
            block = request.values.get(Tag.PIN_DATA, b"")
            read = CardRead.chip(PanEntry.CONTACT, request.values, block)
            return self.bank.first(attempt, order.kind, order.amount, read)

        holder = Cardholder(online_pin=entered)
        return transact.contact(card, self._terminal(), terms, issuer, holder, self.rules.kernel)

    def _terminal(self) -> ContactTerminal:
        return ContactTerminal(
            aids=(SupportedAid(UNIONPAY),),
            ca_keys=self.chassis.ca_keys,
            unpredictable=lambda: self.random.randbytes(4),
            type=_ONLINE_ONLY,
            capabilities=_CAPABILITIES,
            action_codes=_ACTION_CODES,
            values={Tag.IFD_SERIAL_NUMBER: b"00000001"},
        )

    def _read(self, card: CardLink) -> CardRead | None:
        """PAN, expiry and track 2 of a card, without a transaction; None for one that cannot be read."""
        try:
            terms = Terms(0, self.chassis.clock.local)
            state = contact.read(card, contact.enter(card, self._terminal(), terms, self.rules.kernel))
        except (TerminatedError, *_LOST):
            return None
        return CardRead.chip(PanEntry.CONTACT, state.card)

    def _entered(self, pin: str | None, pan: str) -> bytes:
        self.show("enter-pin", "请输入密码")
        return b"" if pin is None else self._block(pin, pan)

    def _block(self, pin: str | None, pan: str) -> bytes:
        try:
            return self.pin_pad.pin_block(pin, pan) or b""
        except PinPadUnusable:
            return b""

    def _conclude(self, order: Order, attempt: Attempt, pan: str, result: Result | None = None) -> str:
        """From the bank's answer to a record, or to nothing."""
        message, answer = attempt.message, attempt.answer
        if message is None:
            return self.refuse(order, "读卡失败")
        if answer is None:
            if not self.bank.reachable:
                return self.refuse(order, "网络故障，交易未完成")
            self._tell_of_silence(order)
            return self.refuse(order, "通讯超时，交易未完成")
        if not self.bank.approved(order.kind, answer):
            return self.refuse(order, _reason(answer.response))
        if result is not None and answer.response == APPROVED and not result.approved:
            self.bank.refused_by_card(message)
            self.rules.clears_reversals.apply(self)
            return self.refuse(order, "卡片拒绝，交易已冲正")
        if result is not None and result.script_results:
            self.bank.keep_notice(message, answer, result)
        record = self._stored(order, message, answer, pan, result)
        self.bank.send_notices()
        return self._finish(record)

    def _finish(self, record: TransactionRecord) -> str:
        """Tell the hospital, print, show."""
        self.reach("approved")
        self.confirm()
        taken_back = self.books.taken_back(record)
        self.print_receipts()
        self.release()
        if taken_back:
            self.show("declined", "未支付，已自动撤销")
            return "declined"
        self.show("accepted", "交易成功")
        return "completed"

    def _stored(
        self, order: Order, message: Message, answer: Message, pan: str, result: Result | None
    ) -> TransactionRecord:
        """From here on the transaction stands, and its reversal goes."""
        clock = self.chassis.clock
        details = {
            "trace": message.text(11),
            "batch": f"{self.books.batch:06d}",
            "date": answer.text(13),
            "reference": answer.text(37),
            "authorisation": answer.text(38),
            "subject": order.subject,
        }
        if order.original is not None:
            details["original"] = str(order.original.number)
        record = TransactionRecord(
            number=0,
            kind=order.kind,
            at_ms=clock.now_ms,
            date_time=clock.local.isoformat(),
            amount=order.amount,
            pan=pan,
            psn="" if result is None else result.psn,
            atc=0 if result is None else result.atc,
            cryptogram="" if result is None else result.cryptogram.hex().upper(),
            tvr="" if result is None else result.tvr.to_bytes().hex().upper(),
            details=details,
        )
        stored = self.chassis.records.append(record)
        self.bank.stands(message)
        return stored

    # Later transactions: they refer to a record

    def _later(self, order: Order, read: CardRead) -> str:
        original = order.original
        if original is None:
            return self.refuse(order, "无此交易")
        if refusal := self._refusal(order, original, read.pan):
            return self.refuse(order, refusal)
        attempt = self.bank.later(order.kind, original, order.amount, read)
        return self._conclude(order, attempt, read.pan)

    def _refusal(self, order: Order, original: TransactionRecord, pan: str) -> str | None:
        """Why the counter itself refuses, in words for the cashier."""
        if not self.rules.same_card.apply(original, pan):
            return "卡号不匹配"
        if self.books.taken_back(original):
            return "原交易已撤销"
        match order.kind:
            case "refund":
                allowed = self.rules.refund_within.apply(
                    original, self.books.refunded(original), order.amount
                )
                return None if allowed else "超过原交易金额"
            case "completion":
                percent = self.terms.completion_percent
                allowed = self.rules.completion_within.apply(original, order.amount, percent)
                return None if allowed and not self.books.completed(original) else "超过预授权金额"
        return None if original.details["batch"] == f"{self.books.batch:06d}" else "批次已结算，请办理退货"

    def _discharge(self, order: Order, read: CardRead) -> str:
        """Give back what is left of a patient's prepayments (HC-12)."""
        try:
            surplus = self.hospital.prepaid(order.subject)
        except HospitalRefused as refusal:
            return self.refuse(order, str(refusal))
        outcome = "declined"
        for share in self.rules.shares.apply(self._deposits(order.subject), surplus, self.books.batch):
            part = Order(share.by, share.amount, order.subject, original=share.deposit)
            outcome = self._later(part, read)
            if outcome == "declined":
                return outcome
        return outcome if outcome == "completed" else self.refuse(order, "无可退余额")

    def _deposits(self, patient: str) -> Sequence[TransactionRecord]:
        """A patient's deposits that were not taken back, oldest first."""
        return [
            each
            for each in self.chassis.records.all()
            if (each.kind, each.details["subject"]) == ("deposit", patient)
            and not self.books.taken_back(each)
        ]

    def void_unconfirmed(self, record: TransactionRecord) -> bool:
        """Void what the hospital cannot be told of, without a card (HC-04); True when it is voided."""
        attempt = self.bank.void(record)
        if attempt.message is None or attempt.answer is None or attempt.answer.response != APPROVED:
            return False
        order = Order("void", record.amount, record.details["subject"], original=record)
        self._stored(order, attempt.message, attempt.answer, record.pan, None)
        return True

    # With the hospital

    def confirm(self) -> None:
        """Tell the hospital of every record that it does not know; what it cannot take is voided (HC-04).

        What a receipt was printed for is not taken back any more: it waits until the hospital can be told.
        """
        uploads = self.chassis.uploads
        if uploads.upload(self._tell):
            return
        unprinted = self.books.unprinted
        for record in uploads.pending:
            if (
                record in unprinted
                and record.kind in ("sale", "deposit")
                and not self.books.taken_back(record)
            ):
                self.rules.without_hospital.apply(self, record)
        uploads.upload(self._tell)

    def _tell(self, record: TransactionRecord) -> str | None:
        """The code 00 when the hospital knows of a record, or need not; None when it could not be told."""
        paid = record.kind in ("sale", "deposit")
        if record.kind not in _HOSPITAL_KNOWS or (paid and self.books.taken_back(record)):
            return APPROVED
        try:
            self._told(record)
        except HospitalDown:
            return None
        except HospitalRefused:
            # Of a void: the hospital never heard of what was voided. Of a payment: it is to be voided.
            return {"void": APPROVED, "refund": _DISPUTED}.get(record.kind)
        return APPROVED

    def _told(self, record: TransactionRecord) -> None:
        subject = record.details["subject"]
        reference = self.rules.bank_reference.apply(record.details["reference"])
        match record.kind:
            case "sale":
                self.hospital.pay(subject, APPROVED, reference)
            case "deposit":
                self.hospital.deposit(subject, record.amount, reference)
            case "refund":
                self.hospital.refund(subject, record.amount, reference)
            case _:
                self.hospital.undone(self._original(record).details["reference"])

    def _original(self, record: TransactionRecord) -> TransactionRecord:
        return self.chassis.records.after(int(record.details["original"]) - 1)[0]

    def _tell_of_silence(self, order: Order) -> None:
        """The hospital notes that nobody knows how a payment ended, and the bill is free (HC-03)."""
        if order.kind != "sale":
            return
        with suppress(HospitalRefused):  # it may be down; the bill is unpaid there in any case
            self.hospital.pay(order.subject, None, "")

    def release(self) -> None:
        """Give the bill free that this counter holds; while the hospital is down it is kept in mind."""
        bill = self.rules.releases.apply(self.books.held)
        if not bill:
            return
        try:
            self.hospital.unlock(bill, COUNTER)
        except HospitalRefused:
            return
        self.books.hold("")

    # What is shown and printed

    def show(self, signal: str, text: str) -> None:
        self.chassis.indicator.show(self.chassis.clock.now_ms, signal, text=text)

    def refuse(self, order: Order, text: str) -> str:
        """Show why nothing was done, and give the bill free."""
        if order.kind == "sale":
            self.release()
        self.show("declined", text)
        return "declined"

    def _not_sent(self, order: Order, result: Result) -> str:
        """The card ended it before the bank was asked; one whose chip failed may be put in again."""
        if self.rules.chip_failed.apply(result.reason):
            raise ChipFailed
        return self.refuse(order, f"交易终止（{result.reason}）" if result.reason else "交易拒绝")

    def print_receipts(self, *, again: bool = False) -> None:
        """Print what was not printed yet; `again` marks what may have been printed before (补打).

        The void that the counter made by itself is told on the receipt of what it voided.
        """
        waiting = self.books.unprinted
        numbers = {str(record.number) for record in waiting}
        for record in waiting:
            if record.kind != "void" or record.details["original"] not in numbers:
                lines = receipt.lines(record, taken_back=self.books.taken_back(record))
                self._print(self.rules.reprint.apply(lines) if again else lines)
            self.books.printed(record)

    def _print(self, lines: Sequence[str]) -> None:
        try:
            self.printer.print(self.chassis.clock.now_ms, lines)
        except OutOfPaper:
            self.show("out-of-paper", "打印机缺纸，请补打")

    # After a power cut

    def recover(self) -> None:
        """When the counter starts, what stands stands; the rest is undone; each gets its one receipt."""
        self.bank.line.forget_stored()
        self.rules.clears_reversals.apply(self)
        self.bank.send_notices()
        self.confirm()
        self.release()
        self.print_receipts(again=True)


def reset(card: CardLink) -> None:
    """Power the card; raises ChipFailed where it does not answer."""
    try:
        card.reset()
    except _LOST:
        raise ChipFailed from None


def _reason(response: str) -> str:
    return f"{_REASONS.get(response, '交易失败')}（{response}）"
