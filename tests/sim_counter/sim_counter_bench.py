"""A counter with the hosts that it works with, each in a server of its own, and a cashier."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread
from typing import Self

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
from conformance.runner.opening import demonstration_capks
from conformance.sim import card as sim_card
from conformance.sim.host import Account, Acquirer, Bill, Hospital, Issuer, acquirer_server, hospital_server
from conformance.sim.terminal import build

PAN, OTHER_PAN = "6210948000000011", "6210948000000029"
KEYS: tuple[Capk, ...] = demonstration_capks()


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
