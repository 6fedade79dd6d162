"""The samples of a card under test: which one a case needs, and how it comes before a reader.

A simulated product is built anew for every case, personalised as the case says, so that nothing that a case
does to it reaches another. Of a real one the bench keeps an inventory: each sample by its serial, the reader
that it lies in, what it was personalised with, and whether it may be destroyed.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from conformance.link.memory import MemoryCard
from conformance.link.pcsc import Chaining, PcscCard
from conformance.sim import card as simulated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.link.card import CardLink
    from conformance.link.memory import PoweredCard
    from conformance.model.case import TestCase
    from conformance.model.iut import SampleKind
    from conformance.sim.card import CardRules


class Samples(Protocol):
    """What a bench holds of the card under test."""

    def lacking(self, case: TestCase) -> str | None:
        """What keeps this case from running here, None when nothing does."""
        ...

    def present(self, case: TestCase) -> CardLink:
        """The sample that the case needs, before a reader."""
        ...


@dataclass(frozen=True, slots=True)
class SimulatedSamples:
    """Cards of one simulated product. `plug` puts one before a reader and returns the link to it."""

    device: str
    kinds: Mapping[str, SampleKind]
    rules: CardRules
    seed: int = 0
    contact_atr: bytes = simulated.CONTACT_ATR
    plug: Callable[[PoweredCard], CardLink] = MemoryCard

    def lacking(self, case: TestCase) -> str | None:
        sides = simulated.interfaces(self.device)
        return None if case.interface in sides else f"a {case.interface} interface of the sample"

    def present(self, case: TestCase) -> CardLink:
        """A card as personalised, which no case has touched."""
        kind = self.kinds[case.sample] if case.sample else None
        made = simulated.build(
            self.device,
            rules=self.rules,
            seed=self.seed,
            interface=case.interface,
            elements=kind.elements if kind else None,
            balance=kind.balance if kind else None,
            contact_atr=self.contact_atr,
        )
        return self.plug(made)


@dataclass(frozen=True, slots=True)
class HeldSample:
    """One real card. `kinds` are rows of cases/proforma/samples.yaml that it was personalised as.

    A terminal's operator holds it where it has no `reader`. To a case that tests a terminal it is a card of
    `profile`, `personalised` in these particulars; `balance` in yuan and `atc` are as last known.
    """

    serial: str
    reader: str = ""
    interface: str = "contactless"
    kinds: tuple[str, ...] = ()
    expendable: bool = False
    profile: str = ""
    personalised: Mapping[str, Any] = field(default_factory=dict)
    balance: str | None = None
    atc: int | None = None

    def serves(self, case: TestCase) -> bool:
        """True when the case may have this sample."""
        return (
            self.interface == case.interface
            and (case.sample is None or case.sample in self.kinds)
            and (case.destroys is None or self.expendable)
        )


@dataclass
class HeldSamples:
    """The inventory of a bench; readers are opened when first needed and stay open until `close`."""

    held: tuple[HeldSample, ...]
    chaining: Chaining = Chaining.ISO7816_T0
    _open: dict[str, PcscCard] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def lacking(self, case: TestCase) -> str | None:
        if any(sample.serves(case) for sample in self.held):
            return None
        wanted = f"a {case.interface} sample"
        if case.sample is not None:
            wanted += f" of kind {case.sample}"
        if case.destroys is not None:
            wanted += f" marked expendable, as the case destroys its {case.destroys}"
        return wanted

    def present(self, case: TestCase) -> CardLink:
        sample = next(each for each in self.held if each.serves(case))
        if sample.reader not in self._open:
            link = PcscCard(sample.reader, chaining=self.chaining)
            self._stack.callback(link.close)
            self._open[sample.reader] = link
        return self._open[sample.reader]

    def close(self) -> None:
        self._stack.close()
