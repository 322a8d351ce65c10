"""Say in one sentence what to do after a report: the last line of the feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.course.exercise import Exercise, Suite
from autograder.language import tr

if TYPE_CHECKING:
    from autograder.results.report import Report

__all__ = ["next_step"]


def next_step(report: Report, exercise: Exercise, following: Exercise | None) -> str:
    """Return what comes next.

    Args:
        report: What became of the work.
        exercise: What it was work on.
        following: The next exercise that still wants work, if there is one.
    """
    if not report.gradable or report.errored:
        return ""
    if not report.passed:
        return tr("Stuck? 'grade hint {id}' shows the next hint.", id=exercise.id)
    if report.suite == Suite.PUBLIC and exercise.has_hidden_suite:
        return tr("Hand it in: 'grade submit {id}'.", id=exercise.id)
    if following:
        return tr("Next: 'grade start {id}'.", id=following.id)
    return tr("Nothing is left to build: 'grade train' trains a network with your code alone.")
