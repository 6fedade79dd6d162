"""Paying over contacts, online with PIN, where electronic cash does not reach (HW-03, HW-26).

The reversal of a sale is kept before the sale is sent, and dropped when its record is stored or the host
declined. What is left when the next sale comes goes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.codec import iso8583
from conformance.codec.bits import Tvr
from conformance.codec.iso8583 import Business, CardRead, PanEntry, ReversalReason
from conformance.codec.tags import Tag
from conformance.kernel import transact
from conformance.kernel.cvm import Cardholder, NoPin
from conformance.kernel.select import UNIONPAY
from conformance.kernel.transaction import (
    ActionCodes,
    Capability,
    ContactTerminal,
    SupportedAid,
    Terms,
)
from conformance.sim.terminal.bank_line import Attempt, BankLine, for_card
from conformance.sim.terminal.parts.pin_pad import PinPadUnusable
from conformance.sim.terminal.settlement import MERCHANT

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from conformance.codec.iso8583 import Message
    from conformance.kernel.issuer import OnlineAnswer, OnlineRequest
    from conformance.link.card import CardLink
    from conformance.sim.terminal.parts.pin_pad import PinPad
    from conformance.sim.terminal.toll_exit.lane import Lane
    from conformance.sim.terminal.toll_exit.vehicle import Vehicle

_EVERY_BIT: Final = Tvr(sum(Tvr))
_ACTION_CODES: Final = ActionCodes(Tvr.PIN_NOT_ENTERED, _EVERY_BIT, _EVERY_BIT)
_ATTENDED_ONLINE: Final = 0x21  # of a merchant (EMV Book 4 A1)
_CAPABILITIES: Final = (
    Capability(0x60_00_00) | Capability.ONLINE_PIN | Capability.SDA | Capability.DDA | Capability.CDA
)


@dataclass(frozen=True, slots=True)
class BankTender:
    """The lane, its PIN pad, and the random numbers of its terminal."""

    lane: Lane
    pin_pad: PinPad
    random: Random
    before_record: Callable[[], None]

    def pay(self, card: CardLink, vehicle: Vehicle, pin: str | None) -> str:
        """One sale with a chip that has been reset; `pin` is the reference of what is keyed in."""
        if not self.lane.chassis.line.up:
            return self.lane.decline("网络故障，请现金缴费")
        if not self.lane.rules.reverses_first.apply(self):
            return self.lane.decline("冲正未完成，请现金缴费")
        attempt = Attempt()

        def entered(pan: str) -> bytes | NoPin:
            self.lane.show("enter-pin", "请输入密码")
            return self._block(pin, pan)

        def issuer(request: OnlineRequest) -> OnlineAnswer | None:
            answer = self._asked(attempt, self.lane.due(vehicle), _read(request))
            return None if answer is None else for_card(answer)

        terms = Terms(self.lane.due(vehicle), self.lane.chassis.clock.local, forced_online=True)
        holder = Cardholder(online_pin=entered)
        result = transact.contact(card, self._terminal(), terms, issuer, holder, self.lane.rules.contact)
        if not (result.approved and attempt.approved):
            return self._not_paid(attempt)
        self.before_record()
        outcome = self.lane.sell(
            vehicle,
            "online",
            pan=result.pan,
            psn=result.psn,
            atc=result.atc,
            cryptogram=result.cryptogram.hex().upper(),
            tvr=result.tvr.to_bytes().hex(),
            details={"trace": attempt.trace, "reference": attempt.told(37)},
        )
        self.lane.chassis.reversals.drop(attempt.trace)
        return outcome

    def _not_paid(self, attempt: Attempt) -> str:
        """Nothing stands; what the host may have booked waits to be undone."""
        if attempt.approved:
            self.lane.chassis.reversals.blame(attempt.trace, ReversalReason.OTHER.value)
        return self.lane.decline("交易未成功")

    def _terminal(self) -> ContactTerminal:
        return ContactTerminal(
            aids=(SupportedAid(UNIONPAY),),
            ca_keys=self.lane.chassis.ca_keys,
            unpredictable=lambda: self.random.randbytes(4),
            type=_ATTENDED_ONLINE,
            capabilities=_CAPABILITIES,
            action_codes=_ACTION_CODES,
            values={Tag.IFD_SERIAL_NUMBER: b"00000001"},
        )

    def _block(self, pin: str | None, pan: str) -> bytes | NoPin:
        """What the pad makes of the PIN; a card whose PAN is none gets no block."""
        try:
            return self.pin_pad.pin_block(pin, pan) or NoPin.NOT_ENTERED
        except (PinPadUnusable, ValueError):
            return NoPin.NO_PIN_PAD

    # The line

    @property
    def line(self) -> BankLine:
        return BankLine(self.lane.chassis)

    def _asked(self, attempt: Attempt, amount: int, read: CardRead | None) -> Message | None:
        if read is None:
            return None
        trace = self.line.next_trace()
        return self.line.send(
            attempt, iso8583.build(Business.SALE, MERCHANT, trace, amount=amount, card=read)
        )

    def send_reversals(self) -> bool:
        """Send what is to be undone; True when nothing is left that blocks a request."""
        return self.line.send_reversals()

    def forget_stored(self) -> None:
        """Drop the reversals of what is in the journal: it stands (AC-11)."""
        self.line.forget_stored()


def _read(request: OnlineRequest) -> CardRead | None:
    """What goes to the acquirer of the card; None for one whose PAN is none."""
    try:
        return CardRead.chip(PanEntry.CONTACT, request.values, request.values.get(Tag.PIN_DATA, b""))
    except ValueError:
        return None
