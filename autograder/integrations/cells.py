"""What the grade cells of a released notebook call.

A student's run of such a cell shows the public checks of its part, and raises where one does not
pass, so that nbgrader's own Validate says so. Points come from the hidden checks alone: where
nbgrader grades and this cell is run all the same, our plug-in is not wired in, and it raises, so
that nobody gets points by accident.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autograder.course.exercise import Suite
from autograder.errors import UserError
from autograder.integrations.display import Feedback
from autograder.integrations.work import Work
from autograder.submission.intake import Ungradable, take_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.course.exercise import Exercise
    from autograder.results.report import Report

__all__ = ["NotPassedError", "NotWiredInError", "part"]

_judged: dict[tuple[str, str], Report] = {}
"""Reports of this notebook's process: the cells of one exercise share a run of its checks."""


class NotWiredInError(RuntimeError):
    """nbgrader executes a cell that our plug-in should have taken the place of."""

    def __init__(self) -> None:
        super().__init__(
            "torchgrade is not wired into this nbgrader, so this cell is worth nothing here. "
            "For the instructor: run 'grade nbgrader init' on the course, then autograde again."
        )


class NotPassedError(AssertionError):
    """Public checks of a part do not pass."""

    def _render_traceback_(self) -> list[str]:
        return [f"{self}"]  # the feedback is above; frames of ours would only hide it


def part(exercise_id: str, name: str) -> None:
    """Show what the public checks say about the part *name* of an exercise.

    Raises:
        NotWiredInError: Where nbgrader grades without our plug-in.
        NotPassedError: If a public check of the part does not pass.
        UserError: If there is nothing to judge.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        raise NotWiredInError
    work = Work()
    exercise = work.catalog[exercise_id]
    report = _report(work, exercise)
    checks = [check for check in report.verdicts if check.part == name]
    if report.gradable and not checks:
        _show(f"No public check is about {name}; the hidden ones decide once you hand in.")
        return
    _show(Feedback(report, exercise, part=name, hints=work.hints(exercise)))
    passed = sum(check.verdict == "passed" for check in checks)
    if not report.gradable or passed < len(checks):
        said = f"{passed} of {len(checks)} public checks pass" if checks else "not judged"
        raise NotPassedError(f"{exercise_id}, {name}: {said}.")


def _report(work: Work, exercise: Exercise) -> Report:
    key = (exercise.id, _digest(work, exercise))
    if key not in _judged:
        _judged[key] = work.judge(exercise, Suite.PUBLIC)
    return _judged[key]


def _digest(work: Work, exercise: Exercise) -> str:
    try:
        return take_in(work.history.workspace.source(exercise), exercise).digest
    except Ungradable as error:
        return error.digest


def _show(thing: object) -> None:
    try:
        from IPython.display import display
    except ImportError as error:
        raise UserError("This cell belongs into a notebook; use 'grade check'.") from error
    show: Callable[[object], None] = display if not isinstance(thing, str) else print
    show(thing)
