"""The next hint for a student: about the check that failed first, else out of the lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.course.hints import Hint
from autograder.course.rules import Unlocks
from autograder.results.printable import one_line
from autograder.results.told import hints_of

if TYPE_CHECKING:
    from autograder.course.exercise import Exercise
    from autograder.course.rules import Rules
    from autograder.course.workspace import Workspace
    from autograder.results.history import History
    from autograder.results.report import CheckReport, Report

__all__ = ["hints_shown", "next_hint"]


def hints_shown(exercise: Exercise, rules: Rules, workspace: Workspace) -> dict[str, int] | None:
    """Return how many hints of each check feedback shows where it is not one, as `Setting` has it.

    Those that were asked for are shown; where attempts unlock them, all that are unlocked.
    """
    if rules.hints is Unlocks.BY_ATTEMPTS:
        return None
    return {check: asked + 1 for check, asked in workspace.asked(exercise.id).items()}


def next_hint(exercise: Exercise, history: History) -> Hint:
    """Return the next hint about what failed first in the newest report, and count it as asked for.

    The first hint of a check stands in the feedback, so the second is the next. Where no check
    failed, or the course tells no hints of it, the next of the lesson is shown.

    Raises:
        WorkspaceError: If there is no hint at all, or the newest report cannot be read.
    """
    workspace = history.workspace
    report = history.last(exercise)
    check = _first_failed(report) if report else None
    if check is None:
        return workspace.next_hint(exercise)
    hints = hints_of(check)
    free = [hint for hint in hints if hint]
    asked = workspace.asked(exercise.id).get(check.check, 0)
    number = min(asked + 2, len(free))
    if number > asked + 1:
        workspace.ask(exercise.id, check.check)
    return Hint(
        number=number,
        of=len(hints),
        title=one_line(check.title),
        text=one_line(free[number - 1], columns=2000),
        check=check.check,
        locked=number == len(free) < len(hints),
    )


def _first_failed(report: Report) -> CheckReport | None:
    """Return the check that feedback tells first, if it has more hints than stand there."""
    first = next((check for check in report.verdicts if check.verdict.is_wrong), None)
    return first if first and first.hint and first.more_hints else None
