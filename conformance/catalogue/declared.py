"""Cases declared in YAML: a straight list of exchanges with fixed answers, for a card under test.

A declared case becomes the same TestCase as one written in Python, and no report can tell them apart. There
are no conditions, loops or expressions; whoever needs one writes Python.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Protocol

from conformance import expect
from conformance.catalogue.proforma import checked
from conformance.codec.apdu import CommandApdu
from conformance.model.case import CaseText, TestCase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from conformance.codec.apdu import ResponseApdu


class Run(Protocol):
    """What a declared case uses of its run."""

    def preamble(self, sentence: str) -> AbstractContextManager[None]: ...

    def step(self, sentence: str) -> AbstractContextManager[None]: ...


class Card(Protocol):
    """What a declared case uses of the card under test."""

    @property
    def last_exchange(self) -> int | None: ...

    def reset(self) -> bytes: ...

    def exchange(self, command: CommandApdu) -> ResponseApdu: ...


def declared_case(path: Path) -> TestCase:
    """Read one declared case; a malformed file raises DocumentErrors."""
    document = checked(path, "case")
    row: Mapping[str, Any] = document.value
    before: Mapping[str, Any] = row.get("preamble", {"sentence": "Field on", "exchanges": []})
    sentences = (before["sentence"], *(step["sentence"] for step in row["steps"]))
    return TestCase(
        id=row["case"],
        revision=row["revision"],
        text=CaseText(title=row["title"], purpose=row["purpose"], steps=sentences),
        refs=tuple(dict.fromkeys([*row["refs"], *(step["ref"] for step in row["steps"])])),
        sources=tuple(row["sources"]),
        applies_if=row["applies_if"],
        needs=(),
        control=row.get("control"),
        destroys=row.get("destroys"),
        facades=("card", "run"),
        behaviour=_behaviour(before, row["steps"]),
        path=path,
        line=document.line(("case",)),
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        interface=row.get("interface", "contactless"),
        sample=row.get("sample"),
    )


def _behaviour(before: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Callable[[Card, Run], None]:
    def behaviour(card: Card, run: Run) -> None:
        with run.preamble(before["sentence"]):
            card.reset()
            for exchange in before["exchanges"]:
                _exchange(card, exchange, "")
        for step in steps:
            with run.step(step["sentence"]):
                for exchange in step["exchanges"]:
                    _exchange(card, exchange, step["ref"])

    return behaviour


def _exchange(card: Card, exchange: Mapping[str, str], ref: str) -> None:
    command = CommandApdu.decode(bytes.fromhex(exchange["send"]))
    answer = card.exchange(command)
    expect.status(card, answer, exchange["status"], command=command.name, ref=ref)
    if "data" in exchange:
        what = f"answer to {command.name}"
        expect.equal(answer.data.hex().upper(), exchange["data"], what=what, ref=ref)
