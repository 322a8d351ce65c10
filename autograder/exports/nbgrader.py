"""Grades as the table that `nbgrader export` writes, for whatever reads that.

Its columns and their order are those of nbgrader's `CsvExportPlugin`. It needs no gradebook: in a
course of nbgrader's the plug-in fills that one, cell by cell, while it grades.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from autograder.results.spreadsheet import to_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.course.rules import Rules
    from autograder.results.graded import Graded

__all__ = ["COLUMNS", "files"]

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


class _Row(msgspec.Struct, frozen=True):
    timestamp: datetime
    raw: float
    earned: float


def files(graded: Iterable[Graded], rules: Rules) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield `grades.csv`: a row for every student and exercise, 0 where nothing counts."""
    counting: dict[tuple[str, str], _Row] = {}
    possible: dict[str, float] = {}
    students: set[str] = set()
    for one in graded:
        students.add(one.student)
        score = one.report.score
        possible[one.exercise] = max(possible.get(one.exercise, 0.0), score.possible)
        if one.counts:
            counting[one.exercise, one.student] = _Row(one.received_at, score.earned, one.earned)
    rows = (
        _row(exercise, student, rules, counting.get((exercise, student)), most)
        for exercise, most in possible.items()
        for student in sorted(students)
    )
    yield PurePosixPath("grades.csv"), to_csv(COLUMNS, rows)


def _row(
    exercise: str, student: str, rules: Rules, row: _Row | None, possible: float
) -> tuple[object, ...]:
    due = rules.deadlines.get(exercise)
    raw, earned = (row.raw, row.earned) if row else (0.0, 0.0)
    return (
        exercise,
        _moment(due),
        _moment(row.timestamp if row else None),
        student,
        None,
        None,
        None,
        raw,
        raw - earned,
        earned,
        possible,
    )


def _moment(when: datetime | None) -> str | None:
    """Return *when* as nbgrader keeps it, in UTC and without saying so."""
    return str(when.astimezone(UTC).replace(tzinfo=None)) if when else None
