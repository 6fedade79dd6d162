"""Runs with cases, findings and clauses, and the ledgers' lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "run",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("started", sa.String(40), nullable=False),
        sa.Column("finished", sa.String(40)),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("firmware", sa.Text, nullable=False),
        sa.Column("firmware_digest", sa.String(64)),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("bench", sa.Text, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("official", sa.Boolean, nullable=False),
        sa.Column("evidence_grade", sa.String(16), nullable=False),
        sa.Column("suite_version", sa.String(40), nullable=False),
        sa.Column("catalogue_digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_product", "run", ["product", "started"])
    op.create_table(
        "judged",
        sa.Column("run", sa.String(80), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("case_id", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("headline", sa.String(80)),
        sa.Column("reason", sa.Text),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("exchanges", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_judged_run", ondelete="CASCADE"),
        sa.UniqueConstraint("run", "place", name="uq_judged_run"),
    )
    op.create_index("ix_judged_case_id", "judged", ["case_id", "verdict"])
    op.create_table(
        "finding",
        sa.Column("run", sa.String(80), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("expected", sa.Text, nullable=False),
        sa.Column("observed", sa.Text, nullable=False),
        sa.Column("exchange", sa.Integer),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_finding_run", ondelete="CASCADE"),
        sa.UniqueConstraint("run", "place", "number", name="uq_finding_run"),
    )
    op.create_index("ix_finding_code", "finding", ["code"])
    op.create_table(
        "requirement",
        sa.Column("run", sa.String(80), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("ref", sa.String(120), nullable=False),
        sa.Column("evaluated", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_requirement_run", ondelete="CASCADE"),
        sa.UniqueConstraint("run", "place", "ref", name="uq_requirement_run"),
    )
    op.create_index("ix_requirement_ref", "requirement", ["ref"])
    op.create_table(
        "decided",
        sa.Column("programme", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("when", sa.String(10), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("programme", "number", name="uq_decided_programme"),
    )


def downgrade() -> None:
    """Drop them again; the records are still there."""
    for table in ("decided", "requirement", "finding", "judged", "run"):
        op.drop_table(table)
