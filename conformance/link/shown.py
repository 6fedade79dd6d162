"""What a program's output shows, read by patterns that a bench file declares.

Patterns are regular expressions whose named groups are members of what is shown. A transaction record is
there when every one of its patterns is found, and is not when `none` is found; anything else was not
understood, and nothing can be said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.codec.values import fen
from conformance.link.outcomes import NotOffered
from conformance.model.terminal import Indication, TransactionRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

# What every case that looks at records may ask for, so that fewer make no O2.
RECORD_NEEDS = frozenset({"amount", "outcome", "tvr", "tsi", "aid"})
MEMBERS = (
    "kind",
    "amount",
    "pan",
    "psn",
    "atc",
    "cryptogram",
    "unpredictable_number",
    "iad",
    "tvr",
    "reason",
)
DETAILS = (
    "outcome",
    "tsi",
    "aid",
    "cid",
    "cvm",
    "response",
    "cryptograms",
    "scripts",
    "electronic cash",
    "path",
)
INDICATION = ("signal", "text")
_HEX = frozenset({"cryptogram", "unpredictable_number", "iad", "tvr", "tsi", "aid", "cid", "cvm", "scripts"})
_NUMBERS = frozenset({"atc"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where to look in the output: all of `find` must be there; `none` says that there is nothing to see.

    `words` turns the program's words into ours, by member: {"outcome": {"APPROVED": "offline approved"}}.
    """

    find: tuple[str, ...]
    none: str | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The members that the groups name; "electronic_cash" stands for the member with a space."""
        groups = {name for each in self.find for name in re.compile(each).groupindex}
        return frozenset(name.replace("electronic_cash", "electronic cash") for name in groups)

    def read(self, output: str) -> Mapping[str, str] | None:
        """The members that the output shows; None where it says that there is nothing. NotOffered else."""
        found = [re.search(each, output, re.MULTILINE) for each in self.find]
        if all(found):
            return {
                name.replace("electronic_cash", "electronic cash"): self._word(name, value)
                for each in found
                if each is not None
                for name, value in each.groupdict().items()
                if value is not None
            }
        if self.none is not None and re.search(self.none, output, re.MULTILINE):
            return None
        missing = next(each for each, hit in zip(self.find, found, strict=True) if hit is None)
        raise NotOffered(f"the program's output does not match {missing}")

    def _word(self, name: str, value: str) -> str:
        told = self.words.get(name)
        if told is None:
            return value.strip()
        if value not in told:
            raise NotOffered(
                f"the program's output says {name} {value!r}, which the bench file gives no word for"
            )
        return told[value]


class Details(Mapping[str, str]):
    """The details that the output showed; asking for any other raises NotOffered, as it is not known."""

    def __init__(self, shown: Mapping[str, str]) -> None:
        self._shown = shown

    def __getitem__(self, name: str) -> str:
        if name not in self._shown:
            raise NotOffered(f"the program does not show the {name} of its transactions")
        return self._shown[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shown)

    def __len__(self) -> int:
        return len(self._shown)


def record(shown: Mapping[str, str], number: int, at_ms: int, date_time: str) -> TransactionRecord:
    """The record that these members make; NotOffered for a value that is none of its kind."""
    values = {name: _value(name, text) for name, text in shown.items()}
    members = {name: values[name] for name in MEMBERS if name in values}
    details = {name: str(values[name]) for name in DETAILS if name in values}
    complete: dict[str, Any] = {"kind": "sale", **members, "amount": _amount(shown.get("amount", "0"))}
    return TransactionRecord(
        number=number, at_ms=at_ms, date_time=date_time, details=Details(details), **complete
    )


def indication(shown: Mapping[str, str], at_ms: int) -> Indication:
    return Indication(at_ms, shown.get("signal", ""), shown.get("text", ""))


def _value(name: str, text: str) -> str | int:
    if name in _HEX:
        digits = re.sub(r"[\s:]", "", text).upper()
        if not re.fullmatch(r"([0-9A-F]{2})*", digits):
            raise NotOffered(f"the program's output shows {name} {text!r}, which is not hexadecimal")
        return digits
    if name in _NUMBERS:
        if not text.isdecimal():
            raise NotOffered(f"the program's output shows {name} {text!r}, which is no number")
        return int(text)
    return text


def _amount(text: str) -> int:
    """In fen; the output has it in yuan."""
    try:
        return fen(text)
    except ValueError:
        raise NotOffered(
            f"the program's output shows the amount {text!r}, which is not such as 1.00"
        ) from None


def matches(pattern: str, output: str) -> bool:
    """Whether the pattern is found in some line of the output."""
    return re.search(pattern, output, re.MULTILINE) is not None
