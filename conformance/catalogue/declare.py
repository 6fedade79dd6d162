"""The decorator that turns a function into a case of the catalogue."""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.model.case import CaseText, TestCase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class DeclarationError(ValueError):
    """A case does not say what a case must say."""


def case(  # noqa: PLR0913  a case declares this much, by keyword
    case_id: str,
    *,
    revision: int,
    purpose: str,
    refs: Sequence[str],
    sources: Sequence[str],
    applies_if: str,
    needs: Sequence[str] = (),
    control: str | None = None,
    destroys: str | None = None,
    interface: str = "contactless",
    sample: str | None = None,
) -> Callable[[Callable[..., None]], TestCase]:
    """Declare a case: who it is, what it states about the IUT, on what clause, for whom, with what."""

    def declare(behaviour: Callable[..., None]) -> TestCase:
        source = textwrap.dedent(inspect.getsource(behaviour))
        title = _title(behaviour, case_id)
        return TestCase(
            id=case_id,
            revision=revision,
            text=CaseText(title=title, purpose=purpose, steps=_sentences(source)),
            refs=tuple(refs),
            sources=tuple(sources),
            applies_if=applies_if,
            needs=tuple(needs),
            control=control,
            destroys=destroys,
            facades=tuple(inspect.signature(behaviour).parameters),
            behaviour=behaviour,
            path=Path(inspect.getsourcefile(behaviour) or ""),
            line=behaviour.__code__.co_firstlineno,
            digest=hashlib.sha256(source.encode()).hexdigest(),
            interface=interface,
            sample=sample,
        )

    return declare


def _title(behaviour: Callable[..., None], case_id: str) -> str:
    text = behaviour.__doc__ or inspect.getdoc(inspect.getmodule(behaviour)) or ""
    if not text:
        raise DeclarationError(f"{case_id}: neither the function nor its file has a docstring for a title")
    return text.strip().splitlines()[0].rstrip(".")


def _sentences(source: str) -> tuple[str, ...]:
    """The sentences of preamble and steps, in the order in which they stand in the source."""
    calls = sorted(
        (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)),
        key=lambda node: (node.lineno, node.col_offset),
    )
    return tuple(
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "run"
        and call.func.attr in ("preamble", "step")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    )
