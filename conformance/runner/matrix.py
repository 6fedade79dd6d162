"""Runs each defect against all cases of its device, to see which cases notice which defect."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.catalogue.product import find_product, read_product
from conformance.model.matrix import MatrixRow, Subject, Trial
from conformance.runner.proof import judged, tried
from conformance.sim.defects import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.runner.session import Preparation

Products: TypeAlias = tuple[str, ...]


def matrix(products: Sequence[str], defects: Sequence[str] = (), jobs: int = 1) -> Iterator[MatrixRow]:
    """The rows of each device among the products: first the conforming simulator, then each defect.

    `defects` are the only ones wanted, all where none is named. The cases of a card are those of every card
    product, each on the first product that it applies to. `jobs` above 1 shares the rows among as many
    processes; their order stays.
    """
    wanted = [
        (of_device, subject)
        for device, of_device in devices(products).items()
        for subject in (Subject(device), *_subjects(device))
        if not defects or subject.defect is None or subject.defect in defects
    ]
    if jobs == 1:
        yield from (_row(*each) for each in wanted)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as workers:
        yield from workers.map(_row, *zip(*wanted, strict=True))


def devices(products: Sequence[str]) -> Mapping[str, Products]:
    """The products of each simulator that defects are made for; all cards are one."""
    found: dict[str, Products] = {}
    proforma = load_catalogue(shipped("cases")).proforma
    for name in products:
        product = read_product(find_product(name), proforma)
        device = "card" if product.kind == "card" else str(product.device)
        found[device] = (*found.get(device, ()), name)
    return found


def _subjects(device: str) -> Iterator[Subject]:
    for each in sorted(DEFECTS.values(), key=lambda defect: (defect.kills, defect.id)):
        if each.device == device:
            yield Subject(device, each.id, each.clause, each.purpose, each.kills, each.finding)


def _row(products: Products, subject: Subject) -> MatrixRow:
    defect = DEFECTS[subject.defect] if subject.defect else None
    records = (tried(before, case, defect) for case, before in cases_of(products).items())
    return MatrixRow(subject, tuple(Trial(each.id, each.verdict, each.headline) for each in records))


@cache
def cases_of(products: Products) -> Mapping[str, Preparation]:
    """Each case that applies to one of the products, in the order of ids, with that product."""
    found = judged(products)
    return {case: before for case in sorted(found) if (before := found[case]) is not None}
