"""Defects of the simulated card, one module for each group of card cases."""

from __future__ import annotations

from conformance.sim.defects.card import cash, commands, contactless, extended, generate_ac, qpboc

DEFECTS = (
    *contactless.DEFECTS,
    *cash.DEFECTS,
    *commands.DEFECTS,
    *generate_ac.DEFECTS,
    *qpboc.DEFECTS,
    *extended.DEFECTS,
)
