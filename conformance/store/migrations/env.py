"""Runs the store's migrations on the connection that `Store` hands over; there is no other way in."""

from __future__ import annotations

from alembic import context

from conformance.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
