"""The laboratory's acquirer: a host of ours over TCP, which a terminal under test settles with."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from conformance.codec.values import fen
from conformance.sim.host import Account, Acquirer, Issuer, acquirer_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.sim.host import HostServer
    from conformance.sim.host.acquirer import Entry


class _AnswerWithheld(ValueError):  # noqa: N818  an outcome, as CardWithdrawn is one
    """The host acted, and its answer goes nowhere."""


class LaboratoryAcquirer:
    """The facade `acquirer` of a case. Its issuer knows the cards that it is told of."""

    def __init__(self) -> None:
        self._issuer = Issuer()
        self._acquirer = Acquirer(self._issuer)
        self._withheld = 0
        self._server: HostServer = acquirer_server(self)
        Thread(target=self._server.serve_forever, name="acquirer", daemon=True).start()

    @property
    def address(self) -> str:
        """Where a terminal finds it, "127.0.0.1:5000"."""
        host, port = self._server.address
        return f"{host}:{port}"

    def know(self, *pans: str, balance: str = "1000.00") -> None:
        """Open an account for each of these cards, its balance in yuan."""
        for pan in pans:
            self._issuer.open(Account(pan, fen(balance)))

    def withhold_answers(self, count: int) -> None:
        """Act on so many messages without answering them."""
        self._withheld = count

    def exchange(self, frame: bytes) -> bytes:
        """One frame in, one out; ValueError where no answer shall go out."""
        answer = self._acquirer.exchange(frame)
        if self._withheld:
            self._withheld -= 1
            raise _AnswerWithheld
        return answer

    @property
    def entries(self) -> Sequence[Entry]:
        """Every message that was answered or withheld, oldest first."""
        return self._acquirer.entries

    def close(self) -> None:
        """Listen no more."""
        self._server.close()
