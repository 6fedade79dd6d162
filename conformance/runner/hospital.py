"""The laboratory's hospital system: a host of ours over TCP, where a counter under test settles bills."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from conformance.codec.values import fen
from conformance.sim.host import Bill, Hospital, hospital_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.sim.host import HostServer
    from conformance.sim.host.hospital import HospitalEntry

_ELSEWHERE = "window 2"


class LaboratoryHospital:
    """The facade `hospital` of a case: bills, prepayments, and what it noted. Amounts in yuan."""

    def __init__(self) -> None:
        self._hospital = Hospital()
        self._server: HostServer = hospital_server(self._hospital)
        Thread(target=self._server.serve_forever, name="hospital", daemon=True).start()

    @property
    def address(self) -> str:
        """Where a counter finds it, "127.0.0.1:6000"."""
        host, port = self._server.address
        return f"{host}:{port}"

    def issue(self, patient: str = "P001", **bills: str) -> None:
        """Write bills for a patient: B1="120.50"."""
        for number, amount in bills.items():
            self._hospital.issue(Bill(number, patient, fen(amount)))

    def charge(self, patient: str, amount: str) -> None:
        """Take the cost of a stay out of what a patient prepaid."""
        self._hospital.charge(patient, fen(amount))

    def take_elsewhere(self, bill: str) -> None:
        """Another window is about to take the money for a bill."""
        self._hospital.lock(bill, _ELSEWHERE)

    def go_down(self) -> None:
        """Refuse everything from now on."""
        self._hospital.down = True

    def come_back(self) -> None:
        self._hospital.down = False

    def state(self, bill: str) -> str:
        """A bill is "paid", "taken" by a window that has not finished, or "unpaid"."""
        if self._hospital.paid(bill):
            return "paid"
        return "taken" if self._hospital.locked_by(bill) else "unpaid"

    @property
    def entries(self) -> Sequence[HospitalEntry]:
        """What the hospital noted, oldest first; amounts in fen."""
        return self._hospital.entries

    @property
    def total(self) -> int:
        """What the hospital holds to have received, refunds taken off; fen."""
        return self._hospital.total()

    def close(self) -> None:
        """Listen no more."""
        self._server.close()
