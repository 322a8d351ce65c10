"""Look through the whole ledger: is everything there, and as it was when it was put in?

Files must have their digests, newest reports their seals, every submission a report or a reason.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from autograder.course.secret import course_secret
from autograder.errors import UserError
from autograder.ledger.entries import digest_of
from autograder.ledger.models import BlobRow, ReportRow, SubmissionRow
from autograder.ledger.opening import explained
from autograder.results.report import Report
from autograder.results.seal import is_genuine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autograder.ledger.entries import Entry
    from autograder.ledger.store import Ledger

__all__ = ["Checked", "Flaw", "check"]

_AT_ONCE = 200
_RESTORE = "The database was changed from outside or is damaged; restore it from a backup."
_AGAIN = "Grade the exercise again with 'grade class DIR --regrade'; this report stays beside it."
_GO_ON = "Call 'grade class' again; it goes on with it."


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong, and what to do about it."""

    what: str
    remedy: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and what is wrong with it."""

    files: int = 0
    submissions: int = 0
    reports: int = 0
    flaws: tuple[Flaw, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaws


def check(ledger: Ledger, root: Path) -> Checked:
    """Check *ledger*, whose reports were sealed with the secret of the course in *root*."""
    return _Checking(ledger, course_secret(root)).run()


class _Checking:
    """One check in the making."""

    def __init__(self, ledger: Ledger, secret: bytes) -> None:
        self._ledger = ledger
        self._secret = secret
        self._files = self._submissions = self._reports = 0

    def run(self) -> Checked:
        reading = self._ledger.engine.execution_options(reads=True)
        with explained(reading), Session(reading) as session:
            flaws = [
                *self._database(session),
                *self._blobs(session),
                *self._every_submission(),
                *self._every_report(session),
            ]
        return Checked(
            files=self._files,
            submissions=self._submissions,
            reports=self._reports,
            flaws=tuple(flaws),
        )

    def _database(self, session: Session) -> Iterator[Flaw]:
        if self._ledger.engine.dialect.name != "sqlite":
            return
        said = session.scalars(sa.text("PRAGMA integrity_check")).all()
        if list(said) != ["ok"]:
            yield Flaw(what=f"SQLite finds the file damaged: {said[0]}.", remedy=_RESTORE)
        if broken := session.execute(sa.text("PRAGMA foreign_key_check")).all():
            what = f"{len(broken)} rows point at rows that are gone, the first in {broken[0][0]!r}."
            yield Flaw(what=what, remedy=_RESTORE)

    def _blobs(self, session: Session) -> Iterator[Flaw]:
        for blob in session.scalars(sa.select(BlobRow).execution_options(yield_per=_AT_ONCE)):
            self._files += 1
            if digest_of(blob.content) != blob.digest:
                yield Flaw(what=f"The file {blob.digest} has another content.", remedy=_RESTORE)
            session.expunge(blob)

    def _every_submission(self) -> Iterator[Flaw]:
        entries = sorted(self._ledger.entries(), key=lambda e: (e.student, e.exercise, e.attempt))
        for _, alike in groupby(entries, key=lambda e: (e.student, e.exercise)):
            attempts = tuple(alike)
            numbers = [entry.attempt for entry in attempts]
            if numbers != list(range(1, len(numbers) + 1)):
                what = f"The attempts of {_name(attempts[0])} are numbered {numbers}."
                yield Flaw(what=what, remedy=_RESTORE)
            for entry in attempts:
                yield from self._submission(entry)

    def _submission(self, entry: Entry) -> Iterator[Flaw]:
        self._submissions += 1
        name = f"Attempt {entry.attempt} of {_name(entry)}"
        if self._ledger.handed_in(entry.id).digest != entry.digest:
            yield Flaw(what=f"{name} has other files than its digest says.", remedy=_RESTORE)
        if entry.graded_at is None and entry.reason is None:
            yield Flaw(what=f"{name} has neither a report nor a reason.", remedy=_GO_ON)

    def _every_report(self, session: Session) -> Iterator[Flaw]:
        """Look at the newest report of each submission; it has taken the older ones' place."""
        newest = sa.select(sa.func.max(ReportRow.id)).group_by(ReportRow.submission_id)
        query = (
            sa.select(SubmissionRow, ReportRow)
            .join(ReportRow, ReportRow.submission_id == SubmissionRow.id)
            .where(ReportRow.id.in_(newest))
        )
        for row, kept in session.execute(query.order_by(ReportRow.id)).yield_per(_AT_ONCE):
            self._reports += 1
            name = f"Report {kept.id}, on attempt {row.attempt} of {row.student!r} at "
            name += repr(row.exercise)
            yield from (
                Flaw(what=f"{name}, {what}.", remedy=_AGAIN) for what in self._wrong(row, kept)
            )

    def _wrong(self, row: SubmissionRow, kept: ReportRow) -> Iterator[str]:
        try:
            report = Report.from_json(kept.content)
        except UserError as error:
            yield f"cannot be read: {error}".rstrip(".")
            return
        if not is_genuine(report, self._secret):
            yield "has not this course's seal: it was altered, or made elsewhere"
        if (report.student, report.exercise) != (row.student, row.exercise):
            yield f"is {report.student!r}'s, at {report.exercise!r}"
        names = msgspec.json.decode(row.names, type=tuple[str, ...])
        if report.submission != row.digest and {f.name for f in report.files} <= {*names}:
            yield "is of other files"
        said = (report.score.earned, report.score.possible, report.gradable, report.passed)
        if said != (kept.earned, kept.possible, kept.gradable, kept.passed):
            yield "has another score than the columns beside it"


def _name(entry: Entry) -> str:
    return f"{entry.student!r} at {entry.exercise!r}"
