"""Run the migrations on the connection that `ledger.opening` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from autograder.ledger.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
