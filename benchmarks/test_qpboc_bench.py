"""A whole contactless purchase in process, beside the one RSA operation that no implementation can avoid."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from conformance.crypto.authority import demonstration
from conformance.kernel.contactless import purchase
from conformance.kernel.initiate import Purchase
from conformance.kernel.preprocess import OFFLINE_QPBOC
from conformance.link.memory import MemoryCard
from conformance.sim.card import build

if TYPE_CHECKING:
    from conftest import Beside


def test_qpboc_purchase_takes_at_most_twice_its_rsa_operation(beside: Beside) -> None:
    """SELECT to verified fDDA with a 1024-bit ICC key; the reference is its private operation alone."""
    authority = demonstration()
    keys = {(authority.rid, authority.ca_index): authority.ca.public}
    terms = Purchase(1, OFFLINE_QPBOC, bytes.fromhex("12345678"), datetime(2026, 5, 4, 8, 30))  # noqa: DTZ001
    link = MemoryCard(build("electronic-cash", balance=50000))
    block = int.from_bytes(b"\x6a" + bytes(127), "big")

    def tap() -> None:
        link.reset()
        purchase(link, terms, keys)

    comparison = beside(
        "qpboc_purchase",
        tap,
        "ref_rsa1024_crt",
        lambda: authority.icc.private_operation(block),
        limit=2.0,
        rounds=300,
    )
    assert authority.icc.public.size == 128
    assert comparison.held
