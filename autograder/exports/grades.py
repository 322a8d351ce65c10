"""Grades as CSV: one row for each student, and one for each attempt."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from autograder.course.exercise import PARTS
from autograder.results.spreadsheet import to_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.course.rules import Rules
    from autograder.results.graded import Graded

__all__ = ["files"]

_OF_AN_ATTEMPT = (
    "student",
    "exercise",
    "attempt",
    "counts",
    "received_at",
    "late",
    "over_limit",
    "gradable",
    "passed",
    "raw",
    "share",
    "earned",
    "possible",
    *PARTS,
    "mistakes",
    "submission",
)


def files(graded: Iterable[Graded], rules: Rules) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield `grades.csv`, of what counts, and `attempts.csv`, of all."""
    del rules  # they are applied already
    rows: list[tuple[object, ...]] = []
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    exercises: dict[str, float] = {}
    for one in graded:
        rows.append(_attempt(one))
        most = max(exercises.get(one.exercise, 0.0), one.report.score.possible)
        exercises[one.exercise] = most
        own = grades[one.student]
        if one.counts:
            own[one.exercise] = one.earned
    header = ("student", *exercises, "total", "possible")
    possible = sum(exercises.values())
    body = (
        (student, *(own.get(e) for e in exercises), sum(own.values()), possible)
        for student, own in sorted(grades.items())
    )
    yield PurePosixPath("grades.csv"), to_csv(header, body)
    yield PurePosixPath("attempts.csv"), to_csv(_OF_AN_ATTEMPT, rows)


def _attempt(one: Graded) -> tuple[object, ...]:
    report = one.report
    parts = {part.part: part.earned for part in report.parts}
    return (
        one.student,
        one.exercise,
        one.attempt,
        one.counts,
        one.received_at.isoformat(timespec="seconds"),
        one.late,
        one.over_limit,
        report.gradable,
        report.passed,
        report.score.earned,
        one.share,
        one.earned,
        report.score.possible,
        *(parts.get(part) for part in PARTS),
        " ".join(known.mistake for known in report.diagnosis),
        report.submission,
    )
