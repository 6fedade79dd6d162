"""A case demands every bit of TVR and TSI, and a case misses every decision of the kernel (PB-7)."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

import pytest

from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.codec.bits import Tsi, Tvr
from conformance.model.rule import Rule
from conformance.sim.defects import DEFECTS
from conformance.sim.terminal.pos import PosRules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import DataclassInstance

CATALOGUE = load_catalogue(shipped("cases"))
PROFILE = CATALOGUE.proforma.profiles["terminal-core"]
REPLACED = {defect.replaces: defect for defect in DEFECTS.values() if defect.device == "pos"}

# What these find is one bit: a defect that leaves the bit unset is one that leaves out the check.
BIT_OF = {
    "contact.data_code": "sda_failed",
    "contact.version": "version_differs",
    "contact.usage": "service_not_allowed",
    "contact.effective": "not_yet_effective",
    "contact.expiry": "expired",
    "contact.exception_file": "exception_file",
    "contact.merchant_forced": "merchant_forced",
    "contact.floor": "floor_limit",
    "contact.random": "random_selection",
    "contact.velocity": "lower_offline_limit",
    "contact.scripts_before": "script_failed_before_ac",
}
ELSEWHERE = {"latency": "what a simulator's time is modelled by; TRN-BUS-020 judges it at the validator"}


def demanded(function: str) -> set[str]:
    """The names that the cases of the profile give to an expectation of this name."""
    calls = (
        node
        for case_id in PROFILE.cases
        for node in ast.walk(ast.parse(CATALOGUE.cases[case_id].path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"expect.{function}"
    )
    return {each.value for call in calls for each in call.args if isinstance(each, ast.Constant)}


@pytest.mark.parametrize("bit", [*Tvr], ids=lambda bit: str(bit.name))
def test_a_case_demands_the_bit_of_the_tvr(bit):
    assert str(bit.name).lower() in demanded("tvr")


@pytest.mark.parametrize("bit", [*Tsi], ids=lambda bit: str(bit.name))
def test_a_case_demands_the_bit_of_the_tsi(bit):
    assert str(bit.name).lower() in demanded("tsi")


@pytest.mark.parametrize("bit", [*Tvr, *Tsi], ids=lambda bit: f"{type(bit).__name__} {bit.name}")
def test_a_case_notices_that_the_bit_is_not_set(bit):
    assert REPLACED[f"contact.marks.{str(bit.name).lower()}"].kills in PROFILE.cases


def entries(table: DataclassInstance, place: str = "") -> Iterator[str]:
    """The places of all rules; over contacts and in the field `contact` is the same table."""
    for field in dataclasses.fields(table):
        entry, name = getattr(table, field.name), f"{place}{field.name}"
        if isinstance(entry, Rule):
            yield name
        elif dataclasses.is_dataclass(entry) and name != "contactless.contact":
            yield from entries(entry, f"{name}.")


DECISIONS = [name for name in entries(PosRules()) if name not in ELSEWHERE]


@pytest.mark.parametrize("name", DECISIONS)
def test_a_case_notices_that_the_decision_is_another(name):
    place = name if name in REPLACED else f"contact.marks.{BIT_OF.get(name, name)}"
    assert REPLACED[place].kills in PROFILE.cases


def test_nothing_is_excused_that_has_a_defect_of_its_own():
    assert not {*BIT_OF, *ELSEWHERE} & REPLACED.keys()
    assert {*BIT_OF, *ELSEWHERE} <= {*entries(PosRules())}
