"""A test case as a document: identity, purpose, clauses, applicability, steps, behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CaseText:
    """The sentences of a case in one language."""

    title: str
    purpose: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestCase:
    """One page of the catalogue; `behaviour` is the only part that acts.

    For a card under test, `interface` is "contactless" or "contact", and `sample` what its sample must be
    personalised with, a row of cases/proforma/samples.yaml. `destroys` says what a sample loses for good.
    """

    __test__: ClassVar[bool] = False  # the name is ISO/IEC 9646's; pytest shall not collect the class

    id: str
    revision: int
    text: CaseText
    refs: tuple[str, ...]
    sources: tuple[str, ...]
    applies_if: str
    needs: tuple[str, ...]
    control: str | None
    destroys: str | None
    facades: tuple[str, ...]
    behaviour: Callable[..., Any]
    path: Path
    line: int
    digest: str
    interface: str = "contactless"
    sample: str | None = None

    @property
    def sector(self) -> str:
        """First part of the id, TRN of TRN-BUS-050."""
        return self.id.split("-", 1)[0]
