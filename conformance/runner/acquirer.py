"""The laboratory's acquirer: a host of ours over TCP, which a terminal under test settles with."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

from conformance.codec import iso8583
from conformance.codec.iso8583 import kind_of
from conformance.codec.tags import Tag
from conformance.codec.values import fen
from conformance.runner.shown import Shown
from conformance.sim.host import Account, Acquirer, Issuer, acquirer_server
from conformance.sim.host.acquirer import amounts
from conformance.sim.host.issuer import Script, put_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.codec.iso8583 import Message
    from conformance.sim.host import HostServer
    from conformance.sim.host.acquirer import Entry


class _AnswerWithheld(ValueError):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The host acted, and its answer goes nowhere."""


class LaboratoryAcquirer:
    """The facade `acquirer` of a case. Its issuer knows the cards that it is told of."""

    def __init__(self) -> None:
        self._begin()
        self._anybody = False
        self._withheld = 0
        self._ignored = 0
        self._now = datetime.now(UTC)
        self._server: HostServer = acquirer_server(self)
        Thread(target=self._server.serve_forever, name="acquirer", daemon=True).start()

    @property
    def address(self) -> str:
        """Where a terminal finds it, "127.0.0.1:5000"."""
        host, port = self._server.address
        return f"{host}:{port}"

    def know(self, *pans: str, balance: str = "1000.00", pin: str = "", referred: bool = False) -> None:
        """Open an account for each of these cards, its balance in yuan; without a PIN none is checked.

        Whoever asks about a card that is `referred` is told to telephone.
        """
        for pan in pans:
            self._issuer.open(Account(pan, fen(balance), pin=pin, referred=referred))

    def _begin(self) -> None:
        self._issuer = Issuer()
        self._acquirer = Acquirer(self._issuer, now=lambda: self._now)
        self._requests: list[Message] = []

    @contextmanager
    def settling_before(self) -> Iterator[None]:
        """Take what earlier cases left in the terminal, from anybody, and then know nothing of it."""
        self._anybody = True
        yield
        self._anybody = False
        self._begin()

    def reach_day(self, date: str) -> None:
        """The host's calendar shows this day, ISO 8601, at nine in the morning."""
        self._now = datetime.fromisoformat(f"{date}T09:00:00+00:00")

    def pass_days(self, days: int) -> None:
        """Let the host's calendar go on."""
        self._now += timedelta(days=days)

    def ignore_requests(self, count: int) -> None:
        """Let so many messages be lost on the way: the host never sees them."""
        self._ignored = count

    def send_put_data(self, pan: str, tag: int, value: str, *, before: bool = False) -> None:
        """Send a script PUT DATA with the next answer, `value` in hex, in 71 or 72; 9F79 loads the card."""
        template = Tag.ISSUER_SCRIPT_TEMPLATE_1 if before else Tag.ISSUER_SCRIPT_TEMPLATE_2
        self._issuer.send_script(pan, Script(bytes(4), (put_data(tag, bytes.fromhex(value)),), template))

    def withhold_answers(self, count: int) -> None:
        """Act on so many messages without answering them."""
        self._withheld = count

    def exchange(self, frame: bytes) -> bytes:
        """One frame in, one out; ValueError where no answer shall go out."""
        request = iso8583.decode(frame)
        self._requests.append(request)
        if self._anybody:
            self.know(request.pan)
        if self._ignored:
            self._ignored -= 1
            raise _AnswerWithheld
        answer = self._acquirer.exchange(frame)
        if self._withheld:
            self._withheld -= 1
            raise _AnswerWithheld
        return answer

    def requests(self, kind: str | None = None) -> Sequence[Message]:
        """Every message that the terminal sent, of one kind ("sale", "reversal") or all, oldest first."""
        return Shown(kind or "request", (each for each in self._requests if kind in (None, kind_of(each))))

    @property
    def total(self) -> int:
        """What was taken and not given back; fen."""
        return sum(amounts(self.entries).values())

    @property
    def entries(self) -> Sequence[Entry]:
        """Every message that was answered or withheld, oldest first."""
        return Shown("answered request", self._acquirer.entries)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()
