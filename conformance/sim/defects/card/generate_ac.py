"""Defects that the cases of GENERATE AC catch (CRD-GAC)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from conformance.sim.card.state import Application, ContactTransaction


def _one_cryptogram_for_all(application: Application, transaction: ContactTransaction, cvr: bytes) -> bytes:  # noqa: ARG001
    return bytes.fromhex("0102030405060708")


def _no_check(application: Application, transaction: ContactTransaction) -> None:  # noqa: ARG001
    return None


DEFECTS = (
    Defect(
        id="cryptogram-never-changes",
        clause="PB-5",
        kills="CRD-GAC-010",
        finding="card-cryptogram-false",
        device="card",
        replaces="contact_cryptogram",
        rule=Rule("PB-5", _one_cryptogram_for_all),
        purpose="Answers every GENERATE AC with the same eight bytes.",
    ),
    Defect(
        id="new-card-unnoticed",
        clause="PB-11.1",
        kills="CRD-GAC-020",
        finding="card-decision-differs",
        device="card",
        replaces="risk_new_card",
        rule=Rule("PB-11.1", _no_check),
        purpose="Leaves out the check for a card that was never online.",
    ),
)
