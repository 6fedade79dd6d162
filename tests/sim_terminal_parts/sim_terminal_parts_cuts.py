"""Power cuts: after every unit of work, and a run of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model.terminal import TransactionRecord
from conformance.sim.terminal.parts.power import Power, PowerLost
from conformance.sim.terminal.parts.record_store import RecordStore
from conformance.sim.terminal.parts.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAN = "6210948000000011"


def sale(at_ms: int) -> TransactionRecord:
    """`at_ms` tells one sale from another."""
    return TransactionRecord(
        0, "sale", at_ms, "2026-07-01T08:00:00", 100, PAN, "01", at_ms, "0102030405060708", reason='a "b" \n'
    )


def store_with(sales: int) -> tuple[Power, Storage]:
    power = Power()
    storage = Storage(power)
    store = RecordStore(storage)
    for number in range(sales):
        store.append(sale(number))
    return power, storage


def cut(power: Power, units: int, work: Callable[[], object]) -> bool:
    """True when the power failed in this work; it is back afterwards."""
    power.fail_after(units)
    try:
        work()
    except PowerLost:
        return True
    finally:
        power.restore()
    return False


def every_cut(run: Callable[[int], bool]) -> Iterator[int]:
    """Runs afresh with power for 0, 1, 2, ... units, until one run is not cut."""
    units = 0
    while run(units):
        yield units
        units += 1
