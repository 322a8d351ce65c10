"""The ledger's tables. Rows are added and never changed; triggers of the database see to that.

A change here needs a new step in `migrations/versions`; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

__all__ = ["Base", "BlobRow", "FileRow", "ReasonRow", "RegradeRow", "ReportRow", "SubmissionRow"]

_DIGEST = String(71)  # "sha256:" and 64 digits


class _Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC also by databases that know no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        del dialect
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """What all tables have in common."""


class BlobRow(Base):
    """The bytes of a file, once for all who handed the same in."""

    __tablename__ = "blobs"

    digest: Mapped[str] = mapped_column(_DIGEST, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SubmissionRow(Base):
    """One attempt of one student at one exercise."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("student", "exercise", "attempt"),
        CheckConstraint("attempt >= 1", name="attempts_are_counted_from_one"),
        Index("submissions_by_digest", "digest", "exercise"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(Text)
    exercise: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]
    digest: Mapped[str] = mapped_column(_DIGEST)
    received_at: Mapped[datetime] = mapped_column(_Moment)
    has_time: Mapped[bool]
    """Whether somebody said when it was handed in; else it is when it was taken in."""
    taken_in_at: Mapped[datetime] = mapped_column(_Moment)
    names: Mapped[str] = mapped_column(Text)
    """The exercise's files as they were called then; this and the next two are JSON."""
    problems: Mapped[str] = mapped_column(Text)
    aside: Mapped[str] = mapped_column(Text)


class FileRow(Base):
    """One file of a submission."""

    __tablename__ = "submitted_files"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    blob: Mapped[str] = mapped_column(ForeignKey("blobs.digest"))


class ReportRow(Base):
    """One report; the columns beside `content` say the same again, for queries."""

    __tablename__ = "reports"
    __table_args__ = (Index("reports_by_submission", "submission_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    course: Mapped[str] = mapped_column(_DIGEST)
    engine: Mapped[str] = mapped_column(Text)
    graded_at: Mapped[datetime] = mapped_column(_Moment)
    earned: Mapped[float] = mapped_column(Float)
    possible: Mapped[float] = mapped_column(Float)
    gradable: Mapped[bool]
    errored: Mapped[bool]
    passed: Mapped[bool]
    content: Mapped[str] = mapped_column(Text)


class ReasonRow(Base):
    """Why a submission got no report that counts, when it was graded under these versions."""

    __tablename__ = "reasons"
    __table_args__ = (Index("reasons_by_submission", "submission_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    """The newest report at that time; once there is a newer one, the reason is history."""
    course: Mapped[str] = mapped_column(_DIGEST)
    engine: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(_Moment)
    sentence: Mapped[str] = mapped_column(Text)


class RegradeRow(Base):
    """Where a regrade began: what has a greater id than these came in since."""

    __tablename__ = "regrades"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(_Moment)
    scope: Mapped[str] = mapped_column(_DIGEST)
    after_submission: Mapped[int]
    after_report: Mapped[int]
    after_reason: Mapped[int]
