"""The acquirer: answers a terminal's messages, keeps every one it answered, settles batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.iso8583 import (
    SCRIPT_RESULTS,
    UNIONPAY,
    AcquirerProfile,
    Business,
    FieldValue,
    Message,
    Network,
    Totals,
    check,
    decode,
    encode,
    layout_of,
    response,
)
from conformance.codec.tags import Tag
from conformance.sim.host.issuer import APPROVED, FUNDS, Authorisation, Decision, Issuer, certificate
from conformance.sim.host.ledger import Ledger
from conformance.sim.host.pin import TEST_KEY, pin_of
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

# Response codes that no source fixes for their case are [P]; 25 and 94 are AC-26 and AC-04.
NOT_FOUND = "25"
MALFORMED = "30"
WRONG_AMOUNT = "64"
OVER_LIMIT = "61"
REFUSED = "05"
ALREADY = "94"

COMPLETION_PERCENT = 115  # HC-10, three weak sources
COMPLETION_DAYS = 30  # HC-11, the same
_UPLOADS = (Business.OFFLINE_UPLOAD, Business.OFFLINE_UPLOAD_AT_SETTLEMENT)
_COMPLETIONS = (Business.COMPLETION, Business.COMPLETION_ADVICE)
_DEBITS = (Business.SALE, *_COMPLETIONS, *_UPLOADS)
_CREDITS = (Business.VOID, Business.REFUND, Business.COMPLETION_VOID)
_TC_CLASSES = (Network.TC_BALANCED.value, Network.TC_UNBALANCED.value)
_ACQUIRER = "62109480"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answered message. `original` is the number of the entry that it undoes or completes.

    `reference` and `authorisation` are fields 37 and 38; `date` is the host's, ISO 8601.
    """

    number: int
    business: Business
    terminal: str
    merchant: str
    batch: int
    trace: int
    pan: str
    amount: int
    response: str
    reference: str
    authorisation: str
    date: str
    original: int | None = None
    network: str = ""
    cryptogram: bytes = b""
    atc: bytes = b""
    script_results: bytes = b""

    @property
    def approved(self) -> bool:
        return self.response == APPROVED


def well_formed(message: Message) -> bool:
    """Nothing of the table is missing, forbidden or different (S-11.1)."""
    return not check(message)


def same_message(entry: Entry, message: Message, business: Business) -> bool:
    """The terminal sent this trace of this batch before, for the same business (AC-04)."""
    own = message.transaction
    return (
        entry.business is business
        and own is not None
        and (entry.terminal, entry.batch, entry.trace) == (message.text(41), own.batch, message.trace)
    )


def same_certificate(entry: Entry, message: Message) -> bool:
    """The card gave this cryptogram once: whatever the trace, it is the same transaction (OF-03)."""
    return (entry.pan, entry.atc, entry.cryptogram) == (
        message.pan,
        message.card.get(Tag.ATC, b""),
        message.card.get(Tag.AC, b""),
    )


def is_original(entry: Entry, message: Message) -> bool:
    """61 names its batch and trace, 37 its reference; without 37 the terminal is the same (AC-26)."""
    named, reference = message.original, message.text(37)
    if named is None or (named.batch, named.trace) != (entry.batch, entry.trace):
        return False
    if reference:
        return reference == entry.reference and entry.merchant == message.text(42)
    return entry.terminal == message.text(41)


def is_reversed(entry: Entry, message: Message) -> bool:
    """A reversal repeats terminal, batch, trace, business and amount of what it reverses (AC-07)."""
    own = message.transaction
    return (
        own is not None
        and entry.business is not Business.REVERSAL
        and layout_of(entry.business).transaction == own.transaction
        and (entry.terminal, entry.batch, entry.trace, entry.amount)
        == (message.text(41), own.batch, message.trace, message.amount)
    )


def void_answer(original: Entry, message: Message) -> str:
    """The whole amount, with the same card (HC-07)."""
    if original.pan != message.pan:
        return NOT_FOUND
    return APPROVED if original.amount == message.amount else WRONG_AMOUNT


def refund_answer(original: Entry, refunded: int, message: Message) -> str:
    """The same card, and no more in all than was paid (HC-08)."""
    if original.pan != message.pan:
        return NOT_FOUND
    return APPROVED if refunded + message.amount <= original.amount else OVER_LIMIT


def completion_answer(original: Entry, message: Message, today: date) -> str:
    """Up to 115 % of what was authorised, for 30 days (HC-10, HC-11)."""
    if original.pan != message.pan:
        return NOT_FOUND
    if today > date.fromisoformat(original.date) + timedelta(days=COMPLETION_DAYS):
        return NOT_FOUND
    within = message.amount * 100 <= original.amount * COMPLETION_PERCENT
    return APPROVED if within else OVER_LIMIT


def upload_answer(message: Message) -> str:
    """Only a TC is money (OF-12)."""
    return APPROVED if certificate(message.card) else REFUSED


def tc_class_answer(message: Message) -> str:
    """TCs go under 203 or 205, whatever else under 204 or 206 (AC-05)."""
    own = message.transaction
    if own is None or 55 not in message.fields:
        return MALFORMED
    return APPROVED if (own.network in _TC_CLASSES) == certificate(message.card) else MALFORMED


def totals(entries: Iterable[Entry]) -> Totals:
    """What a batch comes to (AC-22): what was reversed does not count, a void is a credit [C]."""
    counted = tuple(entries)
    debits = [entry.amount for entry in counted if entry.business in _DEBITS]
    credits_ = [entry.amount for entry in counted if entry.business in _CREDITS]
    return Totals(sum(debits), len(debits), sum(credits_), len(credits_))


def amounts(entries: Iterable[Entry]) -> dict[str, int]:
    """What was paid, by reference, refunds less than nothing; what was voided or reversed is none. In fen."""
    paying = (Business.SALE, Business.COMPLETION, Business.COMPLETION_ADVICE, Business.OFFLINE_UPLOAD)
    signs = {Business.REFUND: -1, **dict.fromkeys(paying, 1)}
    approved = [entry for entry in entries if entry.approved]
    reversed_ = {entry.original for entry in approved if entry.business is Business.REVERSAL}
    standing = [entry for entry in approved if entry.number not in reversed_]
    voids = (Business.VOID, Business.COMPLETION_VOID)
    voided = {entry.original for entry in standing if entry.business in voids}
    return {
        entry.reference: signs[entry.business] * entry.amount
        for entry in standing
        if entry.business in signs and entry.number not in voided
    }


@dataclass(frozen=True, slots=True)
class AcquirerRules:
    """What a conforming acquirer does, rule by rule with its clause."""

    well_formed: Rule[Callable[[Message], bool]] = Rule("S-11.1", well_formed)
    same_message: Rule[Callable[[Entry, Message, Business], bool]] = Rule("AC-04", same_message)
    same_certificate: Rule[Callable[[Entry, Message], bool]] = Rule("OF-03", same_certificate)
    is_original: Rule[Callable[[Entry, Message], bool]] = Rule("AC-26", is_original)
    is_reversed: Rule[Callable[[Entry, Message], bool]] = Rule("AC-07", is_reversed)
    void_answer: Rule[Callable[[Entry, Message], str]] = Rule("HC-07", void_answer)
    refund_answer: Rule[Callable[[Entry, int, Message], str]] = Rule("HC-08", refund_answer)
    completion_answer: Rule[Callable[[Entry, Message, date], str]] = Rule("HC-10", completion_answer)
    upload_answer: Rule[Callable[[Message], str]] = Rule("OF-12", upload_answer)
    tc_class_answer: Rule[Callable[[Message], str]] = Rule("AC-05", tc_class_answer)
    totals: Rule[Callable[[Iterable[Entry]], Totals]] = Rule("AC-22", totals)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a message comes to, before it is written down and answered."""

    response: str
    original: int | None = None
    card: Mapping[int, bytes] = field(default_factory=dict)
    fields: Mapping[int, FieldValue] = field(default_factory=dict)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Acquirer:
    """One acquirer for any number of terminals, in front of one issuer. Not safe for several threads.

    `now` gives the host's time, `pin_key` opens field 52.
    """

    def __init__(
        self,
        issuer: Issuer,
        rules: AcquirerRules = AcquirerRules(),
        profile: AcquirerProfile = UNIONPAY,
        now: Callable[[], datetime] = _utc_now,
        pin_key: bytes = TEST_KEY,
    ) -> None:
        self._issuer = issuer
        self._rules = rules
        self._profile = profile
        self._now = now
        self._pin_key = pin_key
        self._ledger: Ledger[Entry] = Ledger()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._ledger)

    def exchange(self, frame: bytes) -> bytes:
        """One frame in, one out; raises MessageError for what is no message."""
        return encode(self.answer(decode(frame, self._profile)), self._profile)

    def answer(self, message: Message) -> Message:
        """Decide, write down, answer. What no request is, or is not as the table has it, gets 30."""
        now = self._now()
        reference = f"{len(self._ledger) + 1:012d}"
        layout = message.layout
        business = layout.business if layout else Business.RESPONSE
        answering = self._answering.get(business)
        if answering is None or not self._rules.well_formed.apply(message):
            outcome = _Outcome(MALFORMED)
        else:
            outcome = answering(message, business, reference)
        entry = self._written(message, business, outcome, reference, now)
        return self._answered(message, entry, outcome, now)

    def totals(self, terminal: str, batch: int) -> Totals:
        """What the host has for one batch of one terminal."""
        undone = self._undone()
        own = (
            entry
            for entry in self._ledger
            if (entry.terminal, entry.batch) == (terminal, batch)
            and entry.approved
            and entry.number not in undone
        )
        return self._rules.totals.apply(own)

    @property
    def _answering(self) -> Mapping[Business, Callable[[Message, Business, str], _Outcome]]:
        return {
            Business.SALE: self._sale,
            Business.PRE_AUTHORISATION: self._sale,
            Business.VOID: self._void,
            Business.PRE_AUTHORISATION_CANCEL: self._void,
            Business.COMPLETION_VOID: self._void,
            Business.REFUND: self._refund,
            Business.COMPLETION: self._completion,
            Business.COMPLETION_ADVICE: self._completion,
            Business.OFFLINE_UPLOAD: self._upload,
            Business.OFFLINE_UPLOAD_AT_SETTLEMENT: self._upload,
            Business.TC_UPLOAD: self._tc,
            Business.SCRIPT_NOTICE: self._notice,
            Business.REVERSAL: self._reversal,
            Business.SETTLEMENT: self._settlement,
        }

    def _sale(self, message: Message, business: Business, reference: str) -> _Outcome:
        if self._repeated(message, business):
            return _Outcome(ALREADY)
        kind = "hold" if business is Business.PRE_AUTHORISATION else "debit"
        decision = self._authorised(message, kind, reference)
        return _Outcome(decision.response, card=decision.card)

    def _void(self, message: Message, business: Business, reference: str) -> _Outcome:
        """Undo a sale, a pre-authorisation or a completion, as long as its batch is open."""
        original = self._original(message, _UNDOES[business])
        if self._repeated(message, business):
            return _Outcome(ALREADY)
        if original is None or self._taken(original) or self._settled(original):
            return _Outcome(NOT_FOUND)
        answer = self._rules.void_answer.apply(original, message)
        if answer == APPROVED:
            self._undo(original, reference)
        return _Outcome(answer, original.number)

    def _refund(self, message: Message, business: Business, reference: str) -> _Outcome:
        original = self._original(message, (Business.SALE, *_COMPLETIONS))
        if self._repeated(message, business):
            return _Outcome(ALREADY)
        if original is None or original.number in self._undone() or self._voided(original):
            return _Outcome(NOT_FOUND)
        answer = self._rules.refund_answer.apply(original, self._refunded(original), message)
        if answer == APPROVED:
            self._issuer.move("credit", original.pan, message.amount, reference)
        return _Outcome(answer, original.number)

    def _completion(self, message: Message, business: Business, reference: str) -> _Outcome:
        """Take the money of a pre-authorisation; the hold goes, whatever its amount was."""
        original = self._original(message, (Business.PRE_AUTHORISATION,))
        if self._repeated(message, business):
            return _Outcome(ALREADY)
        if original is None or self._taken(original) or message.text(38) != original.authorisation:
            return _Outcome(NOT_FOUND)
        answer = self._rules.completion_answer.apply(original, message, self._now().date())
        over = message.amount - original.amount
        if answer == APPROVED and over > self._issuer.available(original.pan):
            answer = FUNDS
        if answer == APPROVED:
            self._issuer.move("release", original.pan, original.amount, reference)
            self._issuer.move("debit", original.pan, -message.amount, reference)
        return _Outcome(answer, original.number)

    def _upload(self, message: Message, _business: Business, reference: str) -> _Outcome:
        """Take an offline transaction once, however often it comes."""
        accepted = [entry for entry in self._ledger if entry.business in _UPLOADS and entry.approved]
        if any(self._rules.same_certificate.apply(entry, message) for entry in accepted):
            return _Outcome(ALREADY)
        answer = self._rules.upload_answer.apply(message)
        if answer == APPROVED:
            answer = self._issuer.settle_offline(message.pan, message.amount, message.card, reference)
        return _Outcome(answer)

    def _tc(self, message: Message, business: Business, _reference: str) -> _Outcome:
        """Keep a card's certificate at the end of a batch; no money moves by it."""
        repeated = self._repeated(message, business)
        return _Outcome(ALREADY if repeated else self._rules.tc_class_answer.apply(message))

    def _notice(self, message: Message, business: Business, _reference: str) -> _Outcome:
        original = self._original(message, (Business.SALE, Business.PRE_AUTHORISATION))
        if self._repeated(message, business):
            return _Outcome(ALREADY)
        return _Outcome(APPROVED, original.number) if original else _Outcome(NOT_FOUND)

    def _reversal(self, message: Message, _business: Business, reference: str) -> _Outcome:
        """Undo what is named, once; a second reversal, and one of what was refused, change nothing."""
        named = [one for one in self._ledger if self._rules.is_reversed.apply(one, message)]
        if not named:
            return _Outcome(NOT_FOUND)
        found = next((one for one in named if one.approved), named[0])
        if found.approved and found.number not in self._undone():
            if self._taken(found) or self._overtaken(found):
                return _Outcome(NOT_FOUND)
            self._undo(found, reference)
        return _Outcome(APPROVED, found.number)

    def _settlement(self, message: Message, _business: Business, _reference: str) -> _Outcome:
        """Compare the terminal's totals with ours; 1 in field 48 is balanced, 2 not (AC-22)."""
        own = message.transaction
        try:
            said = Totals.parse(message.text(48))
        except ValueError:
            return _Outcome(MALFORMED)
        ours = self.totals(message.text(41), own.batch if own else 0)
        told = (said.debit, said.debit_count, said.credit, said.credit_count)
        balanced = told == (ours.debit, ours.debit_count, ours.credit, ours.credit_count)
        return _Outcome(APPROVED, fields={48: Totals(*told, outcome=1 if balanced else 2).encode()})

    def _authorised(self, message: Message, kind: str, reference: str) -> Decision:
        block = message.fields.get(52)
        pin = pin_of(self._pin_key, block, message.pan) if isinstance(block, bytes) else None
        asked = Authorisation(
            message.pan,
            message.amount,
            f"{self._now():%y%m}",
            message.card,
            (pin or "") if isinstance(block, bytes) else None,
        )
        return self._issuer.authorise(asked, kind, reference)

    def _undo(self, entry: Entry, reference: str) -> None:
        """Book the contrary of an approved entry."""
        move, pan, amount = self._issuer.move, entry.pan, entry.amount
        first = self._number(entry.original)
        if entry.business in (Business.SALE, *_COMPLETIONS):
            move("credit", pan, amount, reference)
        elif entry.business in (Business.VOID, Business.REFUND, Business.COMPLETION_VOID):
            move("debit", pan, -amount, reference)
        elif entry.business is Business.PRE_AUTHORISATION:
            move("release", pan, amount, reference)
        elif entry.business is Business.PRE_AUTHORISATION_CANCEL:
            move("hold", pan, -amount, reference)
        if entry.business in _COMPLETIONS and first:
            move("hold", pan, -first.amount, reference)
        elif entry.business is Business.COMPLETION_VOID and first:
            held = self._number(first.original)
            move("release", pan, held.amount if held else 0, reference)

    def _repeated(self, message: Message, business: Business) -> bool:
        same = self._rules.same_message.apply
        return any(entry.approved and same(entry, message, business) for entry in self._ledger)

    def _original(self, message: Message, kinds: Sequence[Business]) -> Entry | None:
        """The approved entry of one of these kinds that the message refers to."""
        fits = self._rules.is_original.apply
        return next(
            (one for one in self._ledger if one.business in kinds and one.approved and fits(one, message)),
            None,
        )

    def _undone(self) -> frozenset[int]:
        """Numbers of the entries that a reversal undid."""
        return frozenset(
            entry.original
            for entry in self._ledger
            if entry.business is Business.REVERSAL and entry.approved and entry.original is not None
        )

    def _standing(self, original: Entry) -> list[Entry]:
        """What refers to an entry and was not undone itself."""
        undone = self._undone()
        return [
            entry
            for entry in self._ledger
            if entry.original == original.number and entry.approved and entry.number not in undone
        ]

    def _taken(self, original: Entry) -> bool:
        """The entry was reversed, voided, refunded or completed; a voided completion gives it back."""
        used = [
            entry
            for entry in self._standing(original)
            if entry.business is not Business.SCRIPT_NOTICE
            and not (entry.business in _COMPLETIONS and self._voided(entry))
        ]
        return bool(used)

    def _overtaken(self, entry: Entry) -> bool:
        """The hold that a completion's void gave back has been used since: the void stays."""
        completion = self._number(entry.original) if entry.business is Business.COMPLETION_VOID else None
        held = self._number(completion.original) if completion else None
        return held is not None and self._taken(held)

    def _voided(self, entry: Entry) -> bool:
        voids = (Business.VOID, Business.COMPLETION_VOID)
        return any(one.business in voids for one in self._standing(entry))

    def _refunded(self, original: Entry) -> int:
        return sum(one.amount for one in self._standing(original) if one.business is Business.REFUND)

    def _settled(self, entry: Entry) -> bool:
        """The batch of the entry was closed: what comes then is a refund (HC-07)."""
        return any(
            one.business is Business.SETTLEMENT
            and one.approved
            and (one.terminal, one.batch) == (entry.terminal, entry.batch)
            for one in self._ledger
        )

    def _number(self, number: int | None) -> Entry | None:
        return next((entry for entry in self._ledger if entry.number == number), None)

    def _written(
        self, message: Message, business: Business, outcome: _Outcome, reference: str, now: datetime
    ) -> Entry:
        own = message.transaction
        card = _card_of(message)
        return self._ledger.append(
            lambda number: Entry(
                number=number,
                business=business,
                terminal=message.text(41),
                merchant=message.text(42),
                batch=own.batch if own else 0,
                trace=message.trace,
                pan=message.pan,
                amount=message.amount,
                response=outcome.response,
                reference=reference,
                authorisation=f"{number % 1_000_000:06d}" if outcome.response == APPROVED else "",
                date=f"{now:%Y-%m-%d}",
                original=outcome.original,
                network=own.network if own else "",
                cryptogram=card.get(Tag.AC, b""),
                atc=card.get(Tag.ATC, b""),
                script_results=card.get(SCRIPT_RESULTS, b""),
            )
        )

    def _answered(self, message: Message, entry: Entry, outcome: _Outcome, now: datetime) -> Message:
        fields: dict[int, FieldValue] = {
            12: f"{now:%H%M%S}",
            13: f"{now:%m%d}",
            32: _ACQUIRER,
            37: entry.reference,
            39: entry.response,
            **outcome.fields,
        }
        if entry.authorisation:
            fields[38] = entry.authorisation
        if outcome.card:
            fields[55] = b"".join(tlv.encode(tag, value) for tag, value in sorted(outcome.card.items()))
        return response(message, fields)


_UNDOES: Mapping[Business, Sequence[Business]] = {
    Business.VOID: (Business.SALE,),
    Business.PRE_AUTHORISATION_CANCEL: (Business.PRE_AUTHORISATION,),
    Business.COMPLETION_VOID: _COMPLETIONS,
}


def _card_of(message: Message) -> Mapping[int, bytes]:
    """Field 55 by tag, nothing where it cannot be read."""
    try:
        return message.card
    except tlv.TlvError:
        return {}
