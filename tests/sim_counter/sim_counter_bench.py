"""A counter with the hosts that it works with, each in a server of its own, and a cashier."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING, Self
from unittest.mock import patch

from conformance.codec import iso8583
from conformance.link.memory import MemoryCard
from conformance.model.terminal import (
    Capk,
    CounterTerms,
    DeviceEvent,
    Fault,
    HostMessage,
    Indication,
    Operation,
    Parameters,
    Presentation,
    QueueEntry,
    Receipt,
    Stripe,
    TransactionRecord,
)
from conformance.runner.opening import ca_keys
from conformance.sim import card as sim_card
from conformance.sim.host import (
    Account,
    Acquirer,
    Bill,
    Hospital,
    HostSilent,
    Issuer,
    acquirer_server,
    hospital_server,
)
from conformance.sim.terminal import build, host_line
from conformance.sim.terminal.hospital_counter import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

PAN, OTHER_PAN = "6210948000000011", "6210948000000029"
SIGNS = {"sale": 1, "deposit": 1, "void": -1, "refund": -1}
KEYS: tuple[Capk, ...] = ca_keys()


class BankHost:
    """The acquirer, which can lose requests on the way and answers on the way back."""

    def __init__(self, acquirer: Acquirer) -> None:
        self.acquirer = acquirer
        self.lose_requests = 0
        self.lose_answers = 0

    def exchange(self, frame: bytes) -> bytes:
        if self.lose_requests:
            self.lose_requests -= 1
            raise ValueError("lost on the way there")
        answer = self.acquirer.exchange(frame)
        if self.lose_answers:
            self.lose_answers -= 1
            raise ValueError("lost on the way back")
        return answer


@dataclass
class Bench:
    """Open it with `with`; amounts in yuan as text for the counter, in fen for the hosts."""

    bills: tuple[Bill, ...] = (Bill("B1", "P1", 12_050), Bill("B2", "P1", 5_000))
    terms: dict[str, object] = field(default_factory=dict)
    rules: object = None
    now: datetime = datetime(2014, 12, 31, 8, tzinfo=UTC)

    def __enter__(self) -> Self:
        self.servers = ()
        self.set_up()
        self.servers = acquirer_server(self.bank), hospital_server(self.hospital)
        self.threads = [Thread(target=each.serve_forever, daemon=True) for each in self.servers]
        for thread in self.threads:
            thread.start()
        self.connect(*(f"{host}:{port}" for host, port in (each.address for each in self.servers)))
        return self

    def stand_alone(self) -> None:
        """Without servers: who opens it carries the messages."""
        self.set_up()
        self.connect("127.0.0.1:1", "127.0.0.1:2")

    def set_up(self) -> None:
        accounts = (Account(PAN, 100_000, pin="123456"), Account(OTHER_PAN, 100_000, pin="123456"))
        self.issuer = Issuer(accounts)
        self.bank = BankHost(Acquirer(self.issuer, now=lambda: self.now))
        self.hospital = Hospital(self.bills)
        self.counter = build("hospital-counter", rules=self.rules)

    def connect(self, bank: str, hospital: str) -> None:
        self.counter.load(
            Parameters(capks=KEYS, host=bank, counter=CounterTerms(hospital=hospital, **self.terms))
        )

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.close()
        for thread in self.threads:
            thread.join()

    def operate(self, name: str, **arguments: str) -> None:
        self.counter.operate(Operation(name, arguments))

    def insert(self, pan: str = PAN, **personalisation: object) -> Presentation:
        card = sim_card.build("debit-credit", pan=pan, **personalisation)
        return self.counter.present(MemoryCard(card), "contact")

    def pay(self, bill: str = "B1", pins: str = "right", pan: str = PAN) -> str:
        self.operate("pay", bill=bill, pins=pins)
        return self.insert(pan).outcome

    def deposit(self, amount: str, patient: str = "P1", pan: str = PAN) -> str:
        self.operate("deposit", patient=patient, amount=amount, pins="right")
        return self.insert(pan).outcome

    def swipe(self, track2: str | None) -> Presentation:
        return self.counter.swipe(Stripe(None, track2))

    def disturb(self, name: str, **arguments: str) -> None:
        self.counter.disturb(Fault(name, arguments))

    @property
    def records(self) -> list[TransactionRecord]:
        return list(self.counter.observe(TransactionRecord))

    @property
    def power_was_lost(self) -> bool:
        return any(each.event == "power-lost" for each in self.counter.observe(DeviceEvent))

    @property
    def kinds(self) -> list[str]:
        return [record.kind for record in self.records]

    @property
    def receipts(self) -> list[Receipt]:
        return list(self.counter.observe(Receipt))

    @property
    def signals(self) -> list[str]:
        return [each.signal for each in self.counter.observe(Indication)]

    @property
    def queue(self) -> list[tuple[str, str]]:
        return [(each.queue, each.state) for each in self.counter.observe(QueueEntry)]

    @property
    def sent(self) -> list[iso8583.Message]:
        """What went to the acquirer."""
        return [
            iso8583.decode(each.frame)
            for each in self.counter.observe(HostMessage)
            if (each.host, each.direction) == ("acquirer", "sent")
        ]

    @property
    def mtis(self) -> list[str]:
        return [message.mti for message in self.sent]

    @property
    def bank_holds(self) -> int:
        """What the bank has taken from the two accounts; fen."""
        return 200_000 - self.issuer.balance(PAN) - self.issuer.balance(OTHER_PAN)


@contextmanager
def direct(**settings: object) -> Iterator[Bench]:
    """A fresh counter whose lines lead straight to its hosts, without TCP."""
    bench = Bench(**settings)

    def carried(_address: object, frame: bytes, _deadline_s: float) -> bytes:
        try:
            return bench.bank.exchange(frame)
        except ValueError as error:
            raise HostSilent(str(error)) from None

    with (
        patch.object(host_line, "exchange", carried),
        patch.object(lines, "RemoteHospital", lambda _address, _deadline_s: bench.hospital),
    ):
        bench.stand_alone()
        yield bench


def agreed(bench: Bench) -> None:
    """Bank, hospital and counter tell the same story, and nothing waits."""
    records, entries = bench.records, bench.hospital.entries
    own = sum(SIGNS[record.kind] * record.amount for record in records)
    assert own == bench.hospital.total() == bench.bank_holds
    assert bench.queue == []
    assert [record.number for record in records] == list(range(1, len(records) + 1))
    references = [record.details["reference"] for record in records]
    assert len(set(references)) == len(references)
    assert max(Counter(each.trace for each in bench.sent if each.mti != "0400").values(), default=0) <= 1
    assert max(Counter(each.trace for each in bench.sent if each.mti == "0400").values(), default=0) <= 3
    noted = Counter((each.kind, each.reference, each.outcome) for each in entries if each.reference)
    assert max(noted.values(), default=0) <= 1
