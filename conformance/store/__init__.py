"""An index over records and ledgers: SQLite by default, PostgreSQL by URL; it can always be rebuilt.

What is true stands in the records and ledgers. The store answers what would mean reading all of them: how a
case ended over the runs of a year, who met a finding before, what was decided about a certificate.
"""

from __future__ import annotations

from conformance.store.index import Rebuilt, Refusal, Store, StoreError

__all__ = ["Rebuilt", "Refusal", "Store", "StoreError"]
