"""The counter's line to the hospital system, and what passed on it (O3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from conformance.link.message import unstructured
from conformance.model.terminal import HostMessage
from conformance.sim.host import HospitalDown, HospitalRefused, RemoteHospital

if TYPE_CHECKING:
    from conformance.sim.host import Bill
    from conformance.sim.terminal.parts.clock import Clock

_ROUND_TRIP_US: Final = 200_000  # modelled; own assumption
_SILENCE_US: Final = 10_000_000  # until the hospital system is given up; own assumption
_REAL_DEADLINE_S: Final = 5.0


class HospitalLine:
    """Calls as those of the hospital system; HospitalDown also as long as nobody told its `address`."""

    def __init__(self, clock: Clock) -> None:
        self.address: tuple[str, int] | None = None
        self._clock = clock
        self._passed: list[HostMessage] = []

    def bill(self, number: str) -> Bill:
        bill: Bill = self._call("bill", number)
        return bill

    def lock(self, number: str, counter: str) -> Bill:
        bill: Bill = self._call("lock", number, counter)
        return bill

    def unlock(self, number: str, counter: str) -> None:
        self._call("unlock", number, counter)

    def pay(self, number: str, response: str | None, reference: str) -> None:
        self._call("pay", number, response, reference)

    def undone(self, reference: str) -> None:
        self._call("undone", reference)

    def deposit(self, patient: str, amount: int, reference: str) -> None:
        self._call("deposit", patient, amount, "00", reference)

    def refund(self, number: str, amount: int, reference: str) -> None:
        self._call("refund", number, amount, "00", reference)

    def prepaid(self, patient: str) -> int:
        return int(self._call("prepaid", patient))

    def all(self) -> tuple[HostMessage, ...]:
        return tuple(self._passed)

    def _call(self, method: str, *arguments: str | int | None) -> Any:
        if self.address is None:
            raise HospitalDown("nobody told where the hospital system is")
        self._note("sent", {method: arguments})
        try:
            result = getattr(RemoteHospital(self.address, _REAL_DEADLINE_S), method)(*arguments)
        except HospitalDown:
            self._clock.advance(_SILENCE_US)
            raise
        except HospitalRefused as refusal:
            self._clock.advance(_ROUND_TRIP_US)
            self._note("received", {"refused": str(refusal)})
            raise
        self._clock.advance(_ROUND_TRIP_US)
        self._note("received", {"result": unstructured(result)})
        return result

    def _note(self, direction: str, content: object) -> None:
        frame = json.dumps(content, ensure_ascii=False).encode()
        self._passed.append(HostMessage(self._clock.now_ms, "hospital", direction, frame))
