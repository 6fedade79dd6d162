"""Defects of the simulated card, one module for each group of card cases."""

from __future__ import annotations

from conformance.sim.defects.card import (
    cash,
    commands,
    contactless,
    cryptograms,
    extended,
    generate_ac,
    overheard,
    personalisation,
    pin,
    qpboc,
    scripts,
)

DEFECTS = (
    *contactless.DEFECTS,
    *cash.DEFECTS,
    *commands.DEFECTS,
    *generate_ac.DEFECTS,
    *qpboc.DEFECTS,
    *extended.DEFECTS,
    *cryptograms.DEFECTS,
    *pin.DEFECTS,
    *scripts.DEFECTS,
    *personalisation.DEFECTS,
    *overheard.DEFECTS,
)
