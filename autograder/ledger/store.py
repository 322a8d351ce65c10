"""Take submissions in, keep their reports, and say which attempt counts.

Everything is committed before anybody builds on it, and nothing that is in is ever changed. What
was graded under the same files, suite and engine is found again and need not be graded again.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from autograder.course.rules import Rules
from autograder.errors import LedgerError
from autograder.ledger.counting import counted
from autograder.ledger.entries import Entry, Regrade, Taken, Versions, digest_of
from autograder.ledger.models import (
    BlobRow,
    FileRow,
    ReasonRow,
    RegradeRow,
    ReportRow,
    SubmissionRow,
)
from autograder.ledger.opening import explained, opened
from autograder.results.graded import Graded
from autograder.results.report import Problem, Report
from autograder.submission.intake import HandedIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autograder.ledger.entries import Incoming

__all__ = ["Ledger"]

T = TypeVar("T")

_AT_ONCE = 200
"""Rows that are held in memory while the whole ledger is read."""
_OF_A_REPORT = ("graded_at", "earned", "possible", "gradable", "errored", "passed")
_TRIES = 6
"""How often one writes again after the connection broke: a server may be starting anew."""


class Ledger:
    """An open ledger.

    Args:
        where: A path, or a URL of PostgreSQL.
        rules: What the course says about attempts.

    Raises:
        LedgerError: From every method, if the database cannot be used.
    """

    def __init__(self, where: str, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.engine = opened(where)
        self._reading = self.engine.execution_options(reads=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def take_in(self, incoming: Iterable[Incoming]) -> tuple[Taken, ...]:
        """Commit submissions with their files; one that is known already is found again.

        It is known if the student's newest attempt has the same files, or if any has the same
        files and the same time of handing in. Otherwise it is a new attempt.
        """
        batch = tuple(incoming)

        def write(session: Session) -> tuple[Taken, ...]:
            if self.engine.dialect.name == "postgresql":  # SQLite has one writer anyway
                session.execute(sa.text("LOCK TABLE submissions IN SHARE ROW EXCLUSIVE MODE"))
            return tuple(_take_in(session, one) for one in batch)

        return self._write(write)

    def record(self, submission: int, report: Report) -> None:
        """Add *report* to those of *submission*."""
        content = msgspec.json.encode(report).decode()
        row = {
            "submission_id": submission,
            "course": report.environment.course,
            "engine": report.environment.engine,
            "graded_at": datetime.fromisoformat(report.graded_at),
            "earned": report.score.earned,
            "possible": report.score.possible,
            "gradable": report.gradable,
            "errored": report.errored,
            "passed": report.passed,
            "content": content,
        }

        def write(session: Session) -> None:
            newest = sa.select(ReportRow.content).where(ReportRow.submission_id == submission)
            newest = newest.order_by(ReportRow.id.desc()).limit(1)
            if session.scalar(newest) != content:  # else the connection broke after its commit
                session.add(ReportRow(**row))

        self._write(write)

    def give_up(self, submission: int, versions: Versions, sentence: str) -> None:
        """Note why *submission* gets no report that counts under these *versions*."""

        def write(session: Session) -> None:
            newest = sa.select(sa.func.max(ReportRow.id))
            row = ReasonRow(
                submission_id=submission,
                report_id=session.scalar(newest.where(ReportRow.submission_id == submission)),
                course=versions.course,
                engine=versions.engine,
                given_at=datetime.now(UTC),
                sentence=sentence.replace("\0", "\ufffd"),
            )
            session.add(row)

        self._write(write)

    def begin_regrade(self, scope: str) -> None:
        """Note that from here on everything in *scope*, a digest, is graded again."""

        def write(session: Session) -> None:
            row = RegradeRow(
                began_at=datetime.now(UTC),
                scope=scope,
                after_submission=session.scalar(sa.func.max(SubmissionRow.id)) or 0,
                after_report=session.scalar(sa.func.max(ReportRow.id)) or 0,
                after_reason=session.scalar(sa.func.max(ReasonRow.id)) or 0,
            )
            session.add(row)

        self._write(write)

    def regrade(self, scope: str) -> Regrade | None:
        """Return where the newest regrade of *scope* stands; None where there was none."""
        newest = sa.select(RegradeRow).where(RegradeRow.scope == scope)
        newest = newest.order_by(RegradeRow.id.desc()).limit(1)

        def read(session: Session) -> Regrade | None:
            row = session.scalar(newest)
            if row is None:
                return None
            reports = sa.select(ReportRow.submission_id).where(ReportRow.id > row.after_report)
            reasons = sa.select(ReasonRow.submission_id).where(ReasonRow.id > row.after_reason)
            return Regrade(
                began_at=row.began_at,
                newest=row.after_submission,
                done=frozenset(session.scalars(reports.union(reasons))),
            )

        return self._try(self._reading, read)

    def handed_in(self, submission: int) -> HandedIn:
        """Return the files of *submission* as they were taken in."""
        files = (
            sa.select(FileRow.name, BlobRow.content)
            .join(BlobRow, FileRow.blob == BlobRow.digest)
            .where(FileRow.submission_id == submission)
        )

        def read(session: Session) -> HandedIn:
            row = session.get_one(SubmissionRow, submission)
            return HandedIn(
                names=msgspec.json.decode(row.names, type=tuple[str, ...]),
                contents={row.name: row.content for row in session.execute(files)},
                problems=msgspec.json.decode(row.problems, type=dict[str, Problem]),
                aside=msgspec.json.decode(row.aside, type=tuple[str, ...]),
            )

        return self._try(self._reading, read)

    def newest(self, digest: str, exercise: str, versions: Versions) -> Report | None:
        """Return the newest report on files with *digest* under *versions*, whoever's they are.

        One in which the grader had trouble is none.
        """
        query = (
            sa.select(ReportRow.content)
            .join(SubmissionRow, ReportRow.submission_id == SubmissionRow.id)
            .where(
                SubmissionRow.digest == digest,
                SubmissionRow.exercise == exercise,
                *_counts_under(versions),
            )
            .order_by(ReportRow.id.desc())
            .limit(1)
        )
        content = self._try(self._reading, lambda session: session.scalar(query))
        return Report.from_json(content) if content else None

    def known(self, exercise: str, versions: Versions) -> set[str]:
        """Return the digests of all files for which `newest` finds a report."""
        query = (
            sa.select(SubmissionRow.digest)
            .distinct()
            .join(ReportRow, ReportRow.submission_id == SubmissionRow.id)
            .where(SubmissionRow.exercise == exercise, *_counts_under(versions))
        )
        return self._try(self._reading, lambda session: set(session.scalars(query)))

    def report(self, submission: int) -> Report | None:
        """Return the newest report of *submission*."""
        query = sa.select(ReportRow.content).where(ReportRow.submission_id == submission)
        query = query.order_by(ReportRow.id.desc()).limit(1)
        content = self._try(self._reading, lambda session: session.scalar(query))
        return Report.from_json(content) if content else None

    def entries(self, exercise: str | None = None) -> Iterator[Entry]:
        """Yield every submission and where it stands, in the order of taking in."""
        query = _entries().order_by(SubmissionRow.id)
        if exercise:
            query = query.where(SubmissionRow.exercise == exercise)
        with self._read() as session:
            for row in session.execute(query).yield_per(_AT_ONCE):
                yield _entry(row[0], row[1], row[2])

    def graded(self, exercise: str | None = None) -> Iterator[Graded]:
        """Yield every submission that has a report, by exercise, student and attempt.

        `counts` is true for at most one attempt of each student at each exercise.
        """
        newest = _newest(ReportRow)
        query = (
            sa.select(SubmissionRow, ReportRow.content)
            .join(newest, newest.c.submission_id == SubmissionRow.id)
            .join(ReportRow, ReportRow.id == newest.c.id)
            .order_by(SubmissionRow.exercise, SubmissionRow.student, SubmissionRow.attempt)
        )
        if exercise:
            query = query.where(SubmissionRow.exercise == exercise)
        with self._read() as session:
            rows = session.execute(query).yield_per(_AT_ONCE)
            alike = groupby(rows, key=lambda row: (row[0].exercise, row[0].student))
            for _, attempts in alike:
                yield from counted([_graded(row, text) for row, text in attempts], self.rules)

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with explained(self.engine), Session(self._reading) as session:
            yield session

    def _write(self, write: Callable[[Session], T]) -> T:
        return self._try(self.engine, write)

    def _try(self, engine: sa.Engine, work: Callable[[Session], T]) -> T:
        """Do *work* in one transaction; again where a server went away, it may be back soon."""
        for tried in range(1, _TRIES + 1):
            try:
                with explained(engine), Session(engine) as session, session.begin():
                    return work(session)
            except LedgerError as error:
                is_away = isinstance(error.__cause__, OperationalError)
                if tried == _TRIES or not is_away or engine.dialect.name == "sqlite":
                    raise
                time.sleep(0.1 * 2**tried)
        raise AssertionError  # the last try returns or raises


def _take_in(session: Session, one: Incoming) -> Taken:
    digest = one.handed_in.digest
    same = sa.and_(SubmissionRow.student == one.student, SubmissionRow.exercise == one.exercise)
    newest = session.scalar(
        sa.select(SubmissionRow).where(same).order_by(SubmissionRow.attempt.desc()).limit(1)
    )
    if newest and newest.digest == digest:
        return Taken(id=newest.id, attempt=newest.attempt, is_new=False)
    if one.received_at:
        again = sa.select(SubmissionRow).where(
            same,
            SubmissionRow.digest == digest,
            SubmissionRow.received_at == one.received_at,
            SubmissionRow.has_time,
        )
        if known := session.scalar(again.limit(1)):
            return Taken(id=known.id, attempt=known.attempt, is_new=False)
    now = datetime.now(UTC)
    row = SubmissionRow(
        student=one.student,
        exercise=one.exercise,
        attempt=newest.attempt + 1 if newest else 1,
        digest=digest,
        received_at=one.received_at or now,
        has_time=one.received_at is not None,
        taken_in_at=now,
        names=msgspec.json.encode(one.handed_in.names).decode(),
        problems=msgspec.json.encode(one.handed_in.problems).decode(),
        aside=msgspec.json.encode(one.handed_in.aside).decode(),
    )
    session.add(row)
    session.flush()
    for name, content in one.handed_in.contents.items():
        session.add(FileRow(submission_id=row.id, name=name, blob=_keep(session, content)))
    return Taken(id=row.id, attempt=row.attempt, is_new=True)


def _keep(session: Session, content: bytes) -> str:
    """Keep *content* unless it is there already; return its digest."""
    digest = digest_of(content)
    if session.get(BlobRow, digest) is None:
        session.add(BlobRow(digest=digest, content=content))
        session.flush()
    return digest


def _counts_under(versions: Versions) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ReportRow.course == versions.course,
        ReportRow.engine == versions.engine,
        sa.not_(ReportRow.errored),
    )


def _newest(table: type[ReportRow | ReasonRow]) -> sa.Subquery:
    ids = sa.select(table.submission_id, sa.func.max(table.id).label("id"))
    return ids.group_by(table.submission_id).subquery()


def _entries() -> sa.Select[SubmissionRow, ReportRow, ReasonRow]:
    """Select every submission with its newest report, but for the content, and newest reason."""
    report, reason = _newest(ReportRow), _newest(ReasonRow)
    return (
        sa.select(SubmissionRow, ReportRow, ReasonRow)
        .outerjoin(report, report.c.submission_id == SubmissionRow.id)
        .outerjoin(ReportRow, ReportRow.id == report.c.id)
        .outerjoin(reason, reason.c.submission_id == SubmissionRow.id)
        .outerjoin(ReasonRow, ReasonRow.id == reason.c.id)
        .options(sa.orm.defer(ReportRow.content, raiseload=True))
    )


def _entry(row: SubmissionRow, report: ReportRow | None, reason: ReasonRow | None) -> Entry:
    facts = msgspec.structs.asdict(
        Entry(
            id=row.id,
            student=row.student,
            exercise=row.exercise,
            attempt=row.attempt,
            digest=row.digest,
            received_at=row.received_at,
            has_time=row.has_time,
        )
    )
    if report:
        facts |= {name: getattr(report, name) for name in _OF_A_REPORT}
        facts["versions"] = Versions(report.course, report.engine)
    if reason and reason.report_id == (report.id if report else None):  # no report came since
        facts["versions"] = Versions(reason.course, reason.engine)
        facts["reason"] = reason.sentence
    return Entry(**facts)


def _graded(row: SubmissionRow, content: str) -> tuple[bool, Graded]:
    """Return a submission, not yet compared with its student's others, and whether it has a time."""
    graded = Graded(
        student=row.student,
        exercise=row.exercise,
        attempt=row.attempt,
        received_at=row.received_at,
        counts=False,
        report=Report.from_json(content),
    )
    return row.has_time, graded
