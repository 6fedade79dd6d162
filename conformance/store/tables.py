"""The store's tables: times and days are ISO 8601 text, as the records have them, digests lower-case hex."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row for each run. `place` is the record's path below the reports folder; `digest` is the footer's, and
# NULL, like `finished`, for a record that was cut off.
run = Table(
    "run",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("place", Text, nullable=False),
    Column("digest", String(64)),
    Column("started", String(40), nullable=False),
    Column("finished", String(40)),
    Column("product", Text, nullable=False),
    Column("firmware", Text, nullable=False),
    Column("firmware_digest", String(64)),
    Column("profile", Text, nullable=False),
    Column("bench", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("official", Boolean, nullable=False),
    Column("evidence_grade", String(16), nullable=False),
    Column("suite_version", String(40), nullable=False),
    Column("catalogue_digest", String(64), nullable=False),
    Index("ix_run_product", "product", "started"),
)

# One row for each attempt at a case, in the order of the run; a selected case that never began has attempt 0.
judged = Table(
    "judged",
    metadata,
    Column("run", ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("case_id", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("headline", String(80)),
    Column("reason", Text),
    Column("duration_ms", Integer, nullable=False),
    Column("exchanges", Integer, nullable=False),
    UniqueConstraint("run", "place"),
    Index("ix_judged_case_id", "case_id", "verdict"),
)

# What was found, each with the place of its case in the run.
finding = Table(
    "finding",
    metadata,
    Column("run", ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("code", String(80), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("ref", Text, nullable=False),
    Column("expected", Text, nullable=False),
    Column("observed", Text, nullable=False),
    Column("exchange", Integer),
    UniqueConstraint("run", "place", "number"),
    Index("ix_finding_code", "code"),
)

# How often each clause was judged in a case, and how often it held: the rows of a requirement matrix.
requirement = Table(
    "requirement",
    metadata,
    Column("run", ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("ref", String(120), nullable=False),
    Column("evaluated", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    UniqueConstraint("run", "place", "ref"),
    Index("ix_requirement_ref", "ref"),
)

# What people decided, line by line; `about`, `values` and `before` as the ledger has them.
decided = Table(
    "decided",
    metadata,
    Column("programme", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("when", String(10), nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("about", JSON, nullable=False),
    Column("values", JSON, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("programme", "number"),
)

FROM_RECORDS = (run, judged, finding, requirement)
