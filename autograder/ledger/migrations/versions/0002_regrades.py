"""Remember where each regrade began, so that one that was stopped can be gone on with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table, which only grows, too."""
    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.String(71), nullable=False),
        sa.Column("after_submission", sa.Integer, nullable=False),
        sa.Column("after_report", sa.Integer, nullable=False),
        sa.Column("after_reason", sa.Integer, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER regrades_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON regrades "
            "FOR EACH STATEMENT EXECUTE FUNCTION torchgrade_only_grows()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER regrades_refuse_{what.lower()} BEFORE {what} ON regrades "
            "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
        )
