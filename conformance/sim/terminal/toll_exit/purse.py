"""Paying from the purse of a toll user card, with the lane's PSAM (HW-18 to HW-20, HW-42).

What is about to be debited is noted before the debit is sent, and the note is dropped when the journal holds
the transaction. A card that comes back while its note stands is asked for the proof.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.codec import apdu, purse, toll
from conformance.codec.purse import Debit, Mac1Order
from conformance.codec.toll import CardType, IssueFile, PassRecord, PassStatus
from conformance.link.outcomes import CardMute, CardWithdrawn
from conformance.sim.terminal.parts.psam_slot import PsamGone
from conformance.sim.terminal.purse_steps import (
    COMPOSITE,
    NOT_SATISFIED,
    CardRefused,
    asked,
    initiated,
    proof_of,
    sealed,
    terminal_number,
)
from conformance.sim.terminal.toll_exit.lane import RELEASE, WRITE_FAILED
from conformance.sim.terminal.toll_exit.vehicle import Observed, seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.codec.purse import Initiated, Proof, Sealed
    from conformance.link.card import CardLink
    from conformance.sim.terminal.parts.psam_slot import PsamSlot
    from conformance.sim.terminal.toll_exit.lane import Lane
    from conformance.sim.terminal.toll_exit.vehicle import Vehicle

_NOTE: Final = "debit"
_ISSUER = 4  # bytes of the issuer's identity that the PSAM derives keys by


@dataclass(frozen=True, slots=True)
class Note:
    """A debit that may take place: bytes in hexadecimal, `written` is record 1 of 0019 as it then stands."""

    passage: str
    serial: str
    sequence: int
    terminal: str
    terminal_sequence: int
    amount: int
    written: str
    shift: int = 0


@dataclass(frozen=True, slots=True)
class TollCard:
    """A toll card in the field, its issue file and what it was last written with."""

    link: CardLink
    issue: IssueFile
    passed: PassRecord

    @property
    def pays(self) -> bool:
        """It has a purse; a pass card has none."""
        return self.issue.card_type in set(CardType)

    @property
    def serial(self) -> str:
        return self.issue.serial.hex()


@dataclass(frozen=True, slots=True)
class PurseTender:
    """The lane, its PSAM, and what happens at the moment before a debit."""

    lane: Lane
    slot: PsamSlot
    before_debit: Callable[[], None]

    def read(self, card: CardLink) -> TollCard:
        """Who the card is and where it came in; ValueError for files that make no sense."""
        issue = asked(card, purse.read_binary(toll.ISSUE, toll.ISSUE_LENGTH))
        return TollCard(card, IssueFile.parse(issue.data), PassRecord.parse(_record(card)))

    def valid(self, card: TollCard) -> bool:
        """Today lies within what its issue file says."""
        today = f"{self.lane.chassis.clock.local:%Y%m%d}"
        return self.lane.rules.card_valid.apply(card.issue.starts, card.issue.ends, today)

    def pay(self, card: TollCard, vehicle: Vehicle) -> str:
        """Take the toll, or what is left of an earlier try to take it."""
        try:
            return self._resumed(card, vehicle) or self._debit(card, vehicle)
        except CardRefused as refusal:
            return self.lane.decline(refusal.text)
        except PsamGone:
            return self.lane.rules.without_psam.apply(self.lane, vehicle)

    # A debit

    def _debit(self, card: TollCard, vehicle: Vehicle) -> str:
        amount, now = self.lane.due(vehicle), self.lane.chassis.clock.local
        terminal = terminal_number(self.slot)
        begun = initiated(card.link, amount, terminal)
        written = self._record_of_exit(card, vehicle)
        asked(card.link, purse.update_composite(toll.ENTRY_RECORD, toll.COMPOSITE, written))
        date, time = f"{now:%Y%m%d}", f"{now:%H%M%S}"
        seal = self._sealed(card, begun, amount, date, time)
        note = Note(
            vehicle.passage,
            card.serial,
            begun.sequence,
            terminal.hex(),
            self.lane.rules.psam_number.apply(seal.sequence),
            amount,
            written.hex(),
            self.lane.terms.shift,
        )
        self._keep(note)
        self.before_debit()
        try:
            debit = Debit(seal.sequence, date, time, seal.mac1)
            answer = card.link.exchange(purse.debit_for_purchase(debit))
        except (CardMute, CardWithdrawn):
            return self.lane.ask_again()
        if not answer.ok:
            self._drop()
            return self.lane.decline("扣款失败")
        return self._conclude(card, vehicle, note, proof_of(answer))

    def _record_of_exit(self, card: TollCard, vehicle: Vehicle) -> bytes:
        """Record 1 of 0019 as the exit leaves it."""
        terms, now = self.lane.terms, self.lane.chassis.clock.local
        return replace(
            card.passed,
            network=bytes.fromhex(terms.network),
            station=bytes.fromhex(terms.station),
            lane=terms.lane,
            seconds=seconds_of(now),
            vehicle_class=vehicle.paid_class,
            status=PassStatus.CLOSED_MTC_EXIT if terms.open_fee is None else PassStatus.OPEN_MTC,
            shift=terms.shift,
        ).encode()

    def _conclude(
        self, card: TollCard, vehicle: Vehicle, note: Note, proof: Proof, *, resumed: bool = False
    ) -> str:
        """The card has paid: verify, read back, store, and let the vehicle go or not."""
        answer = self.slot.exchange(purse.credit_sam_for_purchase(proof.mac2))
        # A PSAM that lost its power waits for no MAC2; the proof was asked for by number then (HW-20).
        unverified = resumed and answer.sw == NOT_SATISFIED
        details = {
            "card": note.serial,
            "card_sequence": str(note.sequence),
            "psam": note.terminal,
            "psam_sequence": str(note.terminal_sequence),
            "tac": proof.tac.hex().upper(),
            "tac_valid": "unverified" if unverified else "yes",
            "shift": str(note.shift),
        }
        if not unverified and not self.lane.rules.mac2_accepted.apply(answer.ok):
            return self._suspect(vehicle, note, {**details, "tac_valid": "no"})
        paid = replace(vehicle, toll=note.amount + self.lane.taken(vehicle))
        failed = not self.lane.rules.written_back.apply(bytes.fromhex(note.written), _record(card.link))
        if failed:
            paid = replace(paid, waits_for=RELEASE)
            self.lane.place.keep(paid)
        outcome = self.lane.sell(paid, "purse", details=details)
        if failed:
            self.lane.journal("write-failed", paid, reason=WRITE_FAILED)
            self.lane.show("declined", f"{WRITE_FAILED}，请监控员授权")
        self._drop()
        return outcome

    def _suspect(self, vehicle: Vehicle, note: Note, details: dict[str, str]) -> str:
        """MAC2 does not hold: the TAC is kept as invalid, and nobody pays without the monitor (HW-19)."""
        self.lane.journal("exception", vehicle, note.amount, reason="MAC2 校验失败", details=details)
        return self._hold(vehicle)

    def _hold(self, vehicle: Vehicle) -> str:
        """Nothing more is taken for this vehicle without the monitor."""
        self.lane.place.keep(replace(vehicle, observed=Observed.CARD_STATE, authorised_by=""))
        self._drop()
        return self.lane.decline("扣款异常，请监控员授权")

    # A debit whose answer was lost

    def _resumed(self, card: TollCard, vehicle: Vehicle) -> str | None:
        """Finish what was noted with this card; None when nothing was, or it did not take place (HW-20)."""
        note = self.note
        if note is None:
            return None
        if self._stands(note):
            return self._told_already(note, vehicle)
        if not self.lane.rules.resumes.apply(note.serial, card.serial):
            self.set_aside(note)
            return None
        answer = card.link.exchange(purse.get_transaction_prove(COMPOSITE, note.sequence))
        if not answer.ok:
            self._drop()
            return None
        if note.passage != vehicle.passage:
            self.set_aside(note)
            return None
        return self._conclude(card, vehicle, note, proof_of(answer), resumed=True)

    def _told_already(self, note: Note, vehicle: Vehicle) -> str | None:
        """The power failed between the journal and what follows from it."""
        if note.passage != vehicle.passage:
            self._drop()
            return None
        if self.lane.paid(vehicle):
            self._drop()
            return self.lane.release(vehicle)
        return self._hold(vehicle)

    def set_aside(self, note: Note) -> None:
        """Whether this debit took place will not be known here: the clearing centre must find out."""
        lane = self.lane
        vehicle = lane.place.vehicle
        if vehicle is not None:
            details = {
                "passage": note.passage,
                "card": note.serial,
                "card_sequence": str(note.sequence),
                "psam": note.terminal,
                "psam_sequence": str(note.terminal_sequence),
            }
            lane.journal("exception", vehicle, note.amount, reason="扣款结果未知", details=details)
        self._drop()

    def _stands(self, note: Note) -> bool:
        """The journal holds this debit already: no number of a PSAM is given twice."""
        own = (note.serial, str(note.sequence), note.terminal, str(note.terminal_sequence))
        names = ("card", "card_sequence", "psam", "psam_sequence")
        records = self.lane.chassis.records.all()
        return any(tuple(each.details.get(name) for name in names) == own for each in records)

    @property
    def note(self) -> Note | None:
        content = self.lane.chassis.storage.read(_NOTE)
        return Note(**json.loads(content)) if content else None

    def forget(self) -> None:
        """Whatever was under way is given up."""
        if self.note is not None:
            self._drop()

    def _keep(self, note: Note) -> None:
        self.lane.chassis.storage.replace(_NOTE, json.dumps(asdict(note)).encode("ascii"))

    def _drop(self) -> None:
        self.lane.chassis.storage.replace(_NOTE, b"")

    # The PSAM

    def _sealed(self, card: TollCard, begun: Initiated, amount: int, date: str, time: str) -> Sealed:
        order = Mac1Order(
            begun.random,
            begun.sequence,
            amount,
            COMPOSITE,
            date,
            time,
            begun.key_version,
            begun.algorithm,
            card.issue.serial,
            card.issue.issuer[:_ISSUER],
        )
        return sealed(self.slot, order)


def enters(card: CardLink) -> bool:
    """The card has the toll directory."""
    return card.exchange(purse.select_file(toll.DIRECTORY)).ok


def _record(card: CardLink) -> bytes:
    return card.exchange(apdu.read_record(toll.COMPOSITE, 1)).data
