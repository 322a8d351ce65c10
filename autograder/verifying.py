"""Is this report genuine, of these files, and by the suite that is in force?

A report that was altered, replayed for other files, or made by an older suite is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.course.secret import course_secret
from autograder.results.seal import is_genuine
from autograder.submission.intake import Ungradable, take_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autograder.course.catalog import Catalog
    from autograder.results.report import Report

__all__ = ["objections"]


def objections(
    report: Report, catalog: Catalog, *, source: Path | None = None, student: str | None = None
) -> tuple[str, ...]:
    """Return why *report* does not count, each reason a sentence; empty if it counts.

    Args:
        report: What was handed over as a result.
        catalog: The course, with its secret.
        source: The files that it is said to be of.
        student: Whose it is said to be.

    Raises:
        UserError: If the course has no such exercise, or no secret.
    """
    return tuple(_objections(report, catalog, source, student))


def _objections(
    report: Report, catalog: Catalog, source: Path | None, student: str | None
) -> Iterator[str]:
    exercise = catalog[report.exercise]
    if not is_genuine(report, course_secret(catalog.root)):
        yield "Its seal is not this course's: it was altered, or made elsewhere."
        return
    if report.environment.course != catalog.digest(exercise):
        yield f"It was made with another version of {exercise.id!r}; grade the files again."
    if student is not None and report.student != student:
        yield f"It is {report.student!r}'s, not {student!r}'s."
    if source is not None and report.submission != _digest(source, catalog, report.exercise):
        yield f"It is of other files than those in {str(source)!r}."


def _digest(source: Path, catalog: Catalog, exercise_id: str) -> str:
    try:
        return take_in(source, catalog[exercise_id]).digest
    except Ungradable as error:
        return error.digest
