"""Keeps our own terminals and cards at somebody else's disposal until interrupted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.link.control import ControlServer
from conformance.link.memory import MemoryCard
from conformance.link.pcsc import PcscCard
from conformance.link.vpcd import VirtualReader
from conformance.sim import card as simulated_card
from conformance.sim import terminal as simulated_terminal
from conformance.sim.defects import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Callable


def serve_terminal(
    device: str, port: int, reader: str, defect: str | None, announce: Callable[[str], None]
) -> None:
    """Serve a simulated terminal that reads cards through PC/SC, operated through the control protocol."""
    rules = simulated_terminal.ValidatorRules()
    if defect is not None and defect not in DEFECTS:
        raise LookupError(f"no defect {defect}; there are: {', '.join(sorted(DEFECTS))}")
    terminal = simulated_terminal.build(device, rules=DEFECTS[defect].applied_to(rules) if defect else rules)
    server = ControlServer(terminal, PcscCard(reader).inserted, port=port)
    announce(f"{device} on 127.0.0.1:{server.port}, reading cards in {reader}")
    server.serve_forever()


def serve_card(profile: str, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Keep a simulated card in a virtual reader until interrupted."""
    card = MemoryCard(simulated_card.build(profile))
    with VirtualReader(host, port) as field:
        field.plug(card)
        announce(f"{profile} is in the virtual reader at {host}:{port}; interrupt to take it out")
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            announce("taken out")
