"""Make the ledger's tables, and triggers that let them only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TABLES = ("blobs", "submissions", "submitted_files", "reports", "reasons")
_FUNCTION = """
CREATE FUNCTION torchgrade_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$
"""


def upgrade() -> None:
    """Make everything."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "blobs",
        sa.Column("digest", sa.String(71), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", sa.Text, nullable=False),
        sa.Column("exercise", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("received_at", time, nullable=False),
        sa.Column("has_time", sa.Boolean, nullable=False),
        sa.Column("taken_in_at", time, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("aside", sa.Text, nullable=False),
        sa.UniqueConstraint("student", "exercise", "attempt"),
        sa.CheckConstraint("attempt >= 1", name="attempts_are_counted_from_one"),
    )
    op.create_index("submissions_by_digest", "submissions", ["digest", "exercise"])
    op.create_table(
        "submitted_files",
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("blob", sa.String(71), sa.ForeignKey("blobs.digest"), nullable=False),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("course", sa.String(71), nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("graded_at", time, nullable=False),
        sa.Column("earned", sa.Float, nullable=False),
        sa.Column("possible", sa.Float, nullable=False),
        sa.Column("gradable", sa.Boolean, nullable=False),
        sa.Column("errored", sa.Boolean, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("reports_by_submission", "reports", ["submission_id", "id"])
    op.create_table(
        "reasons",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("report_id", sa.Integer, sa.ForeignKey("reports.id")),
        sa.Column("course", sa.String(71), nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("given_at", time, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
    )
    op.create_index("reasons_by_submission", "reasons", ["submission_id", "id"])
    _only_grow(op.get_bind().dialect.name)


def _only_grow(dialect: str) -> None:
    """Refuse to change or remove a row, whoever asks."""
    if dialect == "postgresql":
        op.execute(_FUNCTION)
        for table in _TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION torchgrade_only_grows()"
            )
        return
    for table in _TABLES:
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{what.lower()} BEFORE {what} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
            )
