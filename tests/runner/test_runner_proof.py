"""The proof says which card case could be left out, because others notice whatever it notices."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from conformance.runner import proof
from conformance.sim.card.state import NOT_SUPPORTED, Refused
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    import pytest

CARD = "simulated/electronic-cash-card"


def refuses_everything(card):
    raise Refused(NOT_SUPPORTED)


DEAD = Defect(
    "dead", "PB-2", "CRD-ECA-020", "status-word-differs", "card", "card_blocked",
    Rule("PB-2", refuses_everything), "Answers 6A81 to everything.",
)  # fmt: skip


def overlaps(monkeypatch: pytest.MonkeyPatch, *defects: Defect):
    monkeypatch.setattr(proof, "DEFECTS", {defect.id: defect for defect in defects})
    return list(proof.overlaps([CARD]))


def test_a_case_whose_only_defect_others_notice_is_named_with_them(monkeypatch):
    (overlap,) = overlaps(monkeypatch, DEAD)
    assert (overlap.case, overlap.reason) == ("CRD-ECA-020", None)
    assert "CRD-ECA-050" in overlap.others


def test_a_stated_reason_stands_beside_it(monkeypatch):
    (overlap,) = overlaps(monkeypatch, dataclasses.replace(DEAD, beside="the one is read by people"))
    assert overlap.reason == "the one is read by people"


def test_a_defect_that_one_case_alone_notices_needs_no_reason(monkeypatch):
    own = proof.DEFECTS["single-limit-unchecked"]
    assert overlaps(monkeypatch, DEAD, own) == []
