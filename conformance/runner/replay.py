"""A recorded session in place of a product: what such a bench offers, and what the record tells of it."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.catalogue.applicability import items
from conformance.crypto import laboratory
from conformance.record.privacy import Privacy
from conformance.runner.opening import OpenBench
from conformance.runner.opening.keys import laboratory_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.catalogue.load import Catalogue
    from conformance.model.case import TestCase
    from conformance.model.iut import Product
    from conformance.record.spied.session import Overheard
    from conformance.runner.bench import Bench

OFFERS = frozenset({"O1", "session"})
_PASSIVE = {"session", "run"}
_OPEN = ("identity", "shown", "host", "influence", "atr")
_UNTIMED = {"none": "times", "duration": "start", "end": "duration"}


@contextmanager
def replayed(bench: Bench, session: Overheard) -> Iterator[OpenBench]:
    """A bench on which nothing can be done and the session alone is there; its keys are the laboratory's."""
    with laboratory.using(laboratory_of(bench)):
        yield OpenBench(
            None,
            None,
            OFFERS,
            (),
            simulated=False,
            time_base=bench.time_base,
            overheard=session.exchanges,
        )


def influence(case: TestCase) -> str | None:
    """What a case lacks that would act on card or terminal: a recording answers nothing but what it holds."""
    return None if set(case.facades) <= _PASSIVE else "influence"


def listening(catalogue: Catalogue, product: Product) -> Catalogue:
    """The catalogue in which the product's profile has every case that only listens, of its own kind.

    A recording certifies nothing, so that what can be learnt of it is not left out for want of a place in a
    profile. Cases whose condition asks what the product's ICS leaves open are not among them.
    """
    profiles, cases = catalogue.proforma.profiles, catalogue.cases
    own = profiles[product.profile]
    further = [
        name
        for profile in profiles.values()
        if profile.kind == own.kind
        for name in profile.cases
        if influence(cases[name]) is None and set(items(cases[name].applies_if)) <= product.ics.keys()
    ]
    heard = replace(own, cases=tuple(dict.fromkeys((*own.cases, *further))))
    proforma = replace(catalogue.proforma, profiles={**profiles, own.name: heard})
    return replace(catalogue, proforma=proforma)


def told(path: Path | None, session: Overheard | None) -> Mapping[str, Any]:
    """The header's words about the session; nothing for a run of the product itself.

    The digest of a file is left out where it holds a person's data: with all else known from the record,
    a PAN could be found by trying. `not_captured` are codes, worded as replay.lacks.<code>.
    """
    if path is None or session is None:
        return {}
    privacy = Privacy()
    personal = any(privacy.redact(each).redacted for each in session.exchanges)
    untimed = _UNTIMED.get(session.times)
    return {
        "file": privacy.shown(path.name),
        "sha256": None if personal else hashlib.sha256(session.raw).hexdigest(),
        "format": session.format,
        "exchanges": len(session.exchanges),
        "times": session.times,
        "not_captured": [*_OPEN, *([untimed] if untimed else [])],
    }
