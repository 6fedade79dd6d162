"""A scenic gate: a ticket or a group's by electronic cash, or one sold before, and a lane that opens for it.

Passages are granted in numbers: the lane opens, counts who goes through, and locks again. One that was paid
and that a jam withheld is kept for its card; one that nobody used is recorded. Who holds a ticket is told by
the PAN in the answer to GPO; such a card is not debited, because its last record is not read (PB-7.5).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.link.outcomes import TerminalRefused
from conformance.model.terminal import (
    GateTerms,
    Movement,
    Parameters,
    ParametersInForce,
    Presentation,
    TerminalIdentity,
    TicketClass,
    TransactionRecord,
)
from conformance.sim.terminal.chassis import LARGEST_AMOUNT, argument, known, offers
from conformance.sim.terminal.offline_reader import OfflineReader
from conformance.sim.terminal.parts.actuator import Actuator
from conformance.sim.terminal.parts.flash import Sale
from conformance.sim.terminal.parts.passages import Credits, Grant, Visits
from conformance.sim.terminal.parts.record_store import StoreFull

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.kernel.initiate import Initiated
    from conformance.link.card import CardLink
    from conformance.model.terminal import Fault, Operation, Stripe
    from conformance.sim.terminal.gate_rules import GateRules
    from conformance.sim.terminal.parts.passages import Visit

T = TypeVar("T")

IDENTITY: Final = TerminalIdentity(
    vendor="示例厂商 Example Vendor",
    model="Reference scenic gate",
    firmware="1.0.0",
    device="scenic-gate",
    simulated=True,
    time_base="virtual",
    offers=offers("O6", "actuator"),
)
_DEFAULTS: Final = Parameters(gate=GateTerms(classes=(TicketClass("adult", 100),)))
_OPERATIONS: Final = ("idle", "upload", "class", "group", "pass")
_NO_KEY: Final = bytes(16)  # until the ticket server tells one
_OPENING_US: Final = 300_000  # modelled; own assumption


class ScenicGate:
    """Implements `link.terminal.TerminalLink`.

    Records carry in `details` lane, class and people; one of an entry without payment, or an exit, the token.
    """

    def __init__(self, rules: GateRules, *, seed: int = 0, identity: TerminalIdentity = IDENTITY) -> None:
        self._rules = rules
        self._actuator = Actuator()
        self._first_visit = 0
        self._people = 1
        self._class = ""
        self._free: tuple[str, int] | None = None
        self._grant: Grant | None = None
        self._credits = Credits()
        self._reader = OfflineReader(identity, _DEFAULTS, rules.reader, seed=seed, forget=self._forget)
        self._chassis = self._reader.chassis
        self._visits = Visits((), self._token_of)

    def identify(self) -> TerminalIdentity:
        return self._chassis.identity

    def alive(self) -> bool:
        return True

    def load(self, parameters: Parameters) -> None:
        """Put parameters in force; all of them, or none when TerminalRefused is raised."""
        terms, tickets = parameters.gate, parameters.entitlements
        if terms is not None:
            _check(terms)
        if tickets is not None:
            held = self._chassis.parameters.entitlements
            synchronised = self._rules.synchronised.apply(held, tickets)
            parameters = replace(parameters, entitlements=synchronised)
        self._reader.load(parameters)

    def operate(self, operation: Operation) -> None:
        """Operations: "class" and "group" for the next card, "pass" when one person goes through."""
        known(operation.name, _OPERATIONS, "operation")
        match operation.name:
            case "idle":
                self._idle()
            case "upload":
                self._reader.upload()
            case "class":
                self._choose(argument(operation.arguments, "name", "class"))
            case "group":
                self._key_in(argument(operation.arguments, "people", "group"))
            case _:
                self._let_through()

    def _idle(self) -> None:
        """Tickets that were taken up to now admit nobody any more, and keep nobody out."""
        self._first_visit = len(self._chassis.records)
        self._actuator.jammed = False
        self._reader.idle()

    def _forget(self) -> None:
        """After a power cut: the lane is locked, and who came in is found again from the records (SC-17)."""
        self._close()
        self._grant, self._credits, self._free = None, Credits(), None
        self._visits = Visits(self._chassis.records.after(self._first_visit), self._token_of)
        self._reset_keys()

    def _reset_keys(self) -> None:
        self._people, self._class = 1, ""

    def _choose(self, name: str) -> None:
        known(name, [each.name for each in self._terms.classes], "class of ticket")
        self._class = name

    def _key_in(self, text: str) -> None:
        people = self._rules.keyed_people.apply(text, self._terms.group_most)
        if people is None:
            raise TerminalRefused(f"{text!r} is no number of people from 1 to {self._terms.group_most}")
        self._people = people

    def disturb(self, fault: Fault) -> None:
        """The faults of every terminal, and a lane that is jammed."""
        if not self._chassis.disturb(fault):
            self._actuator.jammed = fault.name == "actuator-jam"

    def wait(self, seconds: float) -> None:
        """Let virtual time pass; what falls due in it happens at its end."""
        self._chassis.clock.advance(round(seconds * 1_000_000))
        with self._chassis.powered():
            self._reader.let_fall_due()
            self._let_passages_end()

    def observe(self, kind: type[T]) -> Sequence[T]:
        """Logs since the start; the others as they are now."""
        own = {Movement: lambda: self._actuator.movements, ParametersInForce: lambda: [self._in_force()]}
        return self._chassis.observe(kind, {**self._reader.observables, **own})

    def _in_force(self) -> ParametersInForce:
        tickets = self._chassis.parameters.entitlements
        version = str(tickets.version) if tickets else "0"
        return self._chassis.in_force({"entitlements_version": version, "lane": self._terms.lane})

    def swipe(self, stripe: Stripe) -> Presentation:  # noqa: ARG002  there is nothing to draw it through
        raise TerminalRefused("this terminal has no stripe reader")

    def present(self, card: CardLink, interface: str = "contactless") -> Presentation:
        """Serve one card for the class and the people that were keyed in."""
        self._let_passages_end()
        return self._reader.present(card, interface, self._serve)

    @property
    def _terms(self) -> GateTerms:
        return self._chassis.parameters.gate or GateTerms()

    def _serve(self, card: CardLink) -> str:
        """Sell, and open the lane for what was paid or need not be."""
        terms, people = self._terms, self._people
        ticket_class = self._class or terms.classes[0].name
        amount = self._rules.price.apply(terms, ticket_class, people)
        details = {"lane": terms.lane, "class": ticket_class, "people": str(people)}
        if not self._rules.within_limit.apply(amount, terms.single_limit):
            return self._reader.till(Sale()).refuse("金额超限，请到窗口购票")
        before = len(self._chassis.records)
        outcome = self._reader.sell(card, amount, Sale(details=details), self._admitted)
        self._reset_keys()
        sold = self._chassis.records.after(before)
        for record in sold:
            self._visits.remember(record)
        if (free := self._taken_free()) is not None:
            self._open(*free)
        elif self._rules.opens_for.apply(outcome):
            paid = next((each for each in reversed(sold) if each.kind == "sale"), None)
            self._open(self._token_of(paid) if paid else "", _people_of(paid) if paid else people)
        return outcome

    def _taken_free(self) -> tuple[str, int] | None:
        """Whom the tap lets in without a debit, and that only once."""
        free, self._free = self._free, None
        return free

    def _admitted(self, initiated: Initiated) -> str | None:
        """What a card need not pay for, or may not; None for a card that pays."""
        own = self._token(initiated.pan)
        visit = self._visits.of(own)
        kept = self._credits.take(own, self._keeps_credit, self._chassis.clock.now_ms)
        if kept is not None:
            return self._let_in(own, kept)
        if self._terms.direction == "out" and self._rules.leaves_free.apply(visit):
            self._note("exit", own, 1)
            return self._let_in(own, 1)
        if visit is not None and self._is_valid(visit):
            return self._reader.till(Sale()).refuse(f"已于{visit.at:%H:%M}从{visit.lane}号通道入园")
        return self._entered(initiated, own)

    def _entered(self, initiated: Initiated, own: str) -> str | None:
        """A ticket that was sold before (SC-13); None without one."""
        tickets, today = self._chassis.parameters.entitlements, self._chassis.clock.local.date()
        people = self._rules.entitled.apply(tickets, own, today) if tickets else None
        if people is None:
            return None
        self._note("entry", own, people, self._rules.entry_pan.apply(initiated))
        return self._let_in(own, people)

    def _let_in(self, token: str, people: int) -> str:
        self._free = (token, people)
        self._chassis.indicator.show(self._chassis.clock.now_ms, "accepted", text="请通行")
        return "completed"

    def _keeps_credit(self, age_ms: int) -> bool:
        return self._rules.credit_kept.apply(age_ms, self._terms.credit_s)

    def _is_valid(self, visit: Visit) -> bool:
        return self._rules.still_valid.apply(self._chassis.clock.local - visit.at, self._terms.valid_s)

    def _token(self, pan: str) -> str:
        tickets = self._chassis.parameters.entitlements
        return self._rules.token.apply(tickets.key if tickets else _NO_KEY, pan)

    def _token_of(self, record: TransactionRecord) -> str:
        return record.details.get("token") or self._token(record.pan)

    def _open(self, token: str, people: int) -> None:
        """Grant passages, or keep them for the card where the lane does not move (SC-11)."""
        clock, terms = self._chassis.clock, self._terms
        clock.advance(_OPENING_US)
        if not self._actuator.open(clock.now_ms):
            self._credits.keep(token, people, clock.now_ms)
            self._chassis.event("jammed", f"{people} paid")
            self._chassis.indicator.show(clock.now_ms, "present-again", text="通道故障，请稍后再刷")
            return
        left = (self._grant.left if self._grant else 0) + self._rules.passages.apply(people)
        self._grant = Grant(left, clock.now_ms + terms.passage_s * 1000)

    def _let_through(self) -> None:
        """One person goes through an open lane."""
        grant, now = self._grant, self._chassis.clock.now_ms
        if grant is None or self._actuator.position != "open":
            raise TerminalRefused("the lane is locked")
        self._grant = Grant(grant.left - 1, now + self._terms.passage_s * 1000)
        if self._rules.locks.apply(self._grant.left):
            self._close()

    def _let_passages_end(self) -> None:
        """Passages past their time are locked, and recorded where nobody used them (SC-06)."""
        grant = self._grant
        if grant is None or self._chassis.clock.now_ms < grant.until_ms:
            return
        self._close()
        if self._rules.reports_unused.apply(grant.left):
            self._note("unused", "", grant.left)

    def _close(self) -> None:
        self._grant = None
        self._actuator.close(self._chassis.clock.now_ms)

    def _note(self, kind: str, token: str, people: int, pan: str = "") -> None:
        """A record about a passage that nobody paid for here; without room for it an event says so."""
        clock = self._chassis.clock
        details = {"lane": self._terms.lane, "people": str(people), **({"token": token} if token else {})}
        record = TransactionRecord(0, kind, clock.now_ms, clock.local.isoformat(), 0, pan, details=details)
        try:
            self._chassis.records.append(record)
        except StoreFull:
            self._chassis.event("record-lost", kind)


def _people_of(record: TransactionRecord) -> int:
    return int(record.details.get("people", "1"))


def _check(terms: GateTerms) -> None:
    """Refuse terms without a class of ticket, or of which some group's price has not 1 to 12 digits."""
    if not terms.classes:
        raise TerminalRefused("a gate needs at least one class of ticket")
    prices = [each.price for each in terms.classes]
    shares = [each.percent for each in terms.group_shares]
    if min(prices) < 0 or max(prices) * terms.group_most > LARGEST_AMOUNT:
        raise TerminalRefused(f"prices from {min(prices)} to {max(prices)} fen for {terms.group_most} people")
    if not all(0 <= percent <= 100 for percent in shares):
        raise TerminalRefused("a group pays from 0 to 100 percent of the price")
