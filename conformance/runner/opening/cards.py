"""The door to cards under test: simulated in process or in a virtual reader, real ones in their readers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.link.memory import MemoryCard
from conformance.link.pcsc import Chaining, PcscCard
from conformance.link.pcscd import PcscService
from conformance.link.t0 import T0Card
from conformance.link.vpcd import VirtualReader
from conformance.model.refused import UnknownBenchError
from conformance.runner.samples import HeldSamples, SimulatedSamples
from conformance.sim import card as simulated_card

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from conformance.link.card import CardLink
    from conformance.link.memory import PoweredCard
    from conformance.model.iut import Product, SampleKind
    from conformance.runner.bench import Bench
    from conformance.runner.samples import Samples
    from conformance.sim.defects.model import Defect


def samples_of(  # noqa: PLR0913, PLR0917  what a card under test is made of
    stack: ExitStack,
    bench: Bench,
    product: Product,
    defect: Defect | None,
    seed: int,
    kinds: Mapping[str, SampleKind],
) -> Samples:
    """What the bench holds of the product; `kinds` are the proforma's samples."""
    if bench.channel == "pcsc":
        chaining = Chaining(bench.card.get("chaining", Chaining.ISO7816_T0.value))
        held = HeldSamples(bench.samples, chaining)
        stack.callback(held.close)
        return held
    rules = simulated_card.CardRules()
    device = str(product.device)
    try:
        defective = defect.applied_to(rules) if defect else rules
        atr = simulated_card.T1_ATR if bench.card.get("over") == "t1" else simulated_card.CONTACT_ATR
        made = SimulatedSamples(device, kinds, defective, seed, contact_atr=atr)
        simulated_card.interfaces(device)
    except ValueError as error:
        raise UnknownBenchError(f"{product.path}: {error}") from None
    return made if bench.channel == "memory" else _in_reader(stack, made)


def _in_reader(stack: ExitStack, made: SimulatedSamples) -> Samples:
    """The same cards, each put into a virtual reader and reached through PC/SC."""
    service = stack.enter_context(PcscService())
    field = stack.enter_context(VirtualReader(service.host, service.card_port))
    reader = PcscCard(service.reader, chaining=Chaining.ISO7816_T0)
    stack.callback(reader.close)

    def plug(card: PoweredCard) -> CardLink:
        field.plug(T0Card(MemoryCard(card)))
        return reader

    return replace(made, plug=plug)
