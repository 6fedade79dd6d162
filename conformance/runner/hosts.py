"""The hosts of a laboratory, which stand behind a terminal under test for the time of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from conformance.runner.acquirer import LaboratoryAcquirer
from conformance.runner.hospital import LaboratoryHospital

if TYPE_CHECKING:
    from types import TracebackType


class Closable(Protocol):
    """A host that listens until it is closed."""

    def close(self) -> None: ...


class Hosts:
    """Opens a host when a case asks for one, and closes them all when the case is over."""

    def __init__(self) -> None:
        self._open: dict[str, Closable] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """None of them listens any more: what a terminal sends after its case reaches nobody."""
        for host in self._open.values():
            host.close()
        self._open.clear()

    def acquirer(self) -> LaboratoryAcquirer:
        """An acquirer that knows nothing yet; the one before it listens no more."""
        acquirer = LaboratoryAcquirer()
        self._keep("acquirer", acquirer)
        return acquirer

    def hospital(self) -> LaboratoryHospital:
        """A hospital system without bills; the one before it listens no more."""
        hospital = LaboratoryHospital()
        self._keep("hospital", hospital)
        return hospital

    def _keep(self, name: str, host: Closable) -> None:
        if name in self._open:
            self._open[name].close()
        self._open[name] = host
