"""Keep a student's reports, and tell from them where the student stands.

Reports lie in `.torchgrade/<exercise>/<n>.json`. Every submission is kept; a check replaces the
check before it, so that saving a file a thousand times does not leave a thousand files.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import Suite
from autograder.errors import UserError, WorkspaceError
from autograder.language import tr
from autograder.results.report import Report, Score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from autograder.course.exercise import Exercise
    from autograder.course.workspace import Workspace

__all__ = ["History", "Standing", "State"]


class State(enum.StrEnum):
    """How far a student is with one exercise."""

    OPEN = "open"
    """Not begun."""
    STARTED = "started"
    """Begun, and something is still to do."""
    READY = "ready"
    """The public checks pass; it can be handed in."""
    PASSED = "passed"
    """The last submission passed every check."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """State of one exercise, scores of the last and the best submission, number of attempts."""

    state: State
    score: Score | None
    best: Score | None = None
    attempts: int


class History:
    """The reports kept in *workspace*."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def record(self, report: Report) -> None:
        """Keep *report*, as a student may see it.

        Raises:
            WorkspaceError: If it cannot be written.
        """
        newest = next(iter(self._paths(report.exercise)), None)
        before = _read(newest) if newest else None
        replaces = before is not None and before.suite == report.suite == Suite.PUBLIC
        number = (int(newest.stem) if newest else 0) + (not replaces)
        path = self._folder(report.exercise) / f"{number}.json"
        self.workspace.write(path, report.for_student().to_json().encode())

    def last(self, exercise: Exercise) -> Report | None:
        """Return the newest report of *exercise*, or None if there is none.

        Raises:
            WorkspaceError: If the newest cannot be read.
        """
        for path in self._paths(exercise.id):
            try:
                return Report.from_json(path.read_bytes())
            except (OSError, UserError) as error:
                raise WorkspaceError(
                    tr("Cannot read {path!r}: {error}", path=str(path), error=error)
                ) from error
        return None

    def attempts(self, exercise: Exercise) -> tuple[Report, ...]:
        """Return the submissions that count, oldest first.

        What could not be judged does not count, be it the student's slip or the grader's trouble.
        """
        return tuple(
            report
            for report in reversed(tuple(self._reports(exercise)))
            if report.suite == Suite.HIDDEN and report.gradable and not report.errored
        )

    def standing(self, exercise: Exercise) -> Standing:
        """Return how far the student is with *exercise*."""
        attempts = self.attempts(exercise)
        newest = next(self._reports(exercise), None)
        if attempts and attempts[-1].passed:
            state = State.PASSED
        elif newest and newest.suite == Suite.PUBLIC and newest.passed:
            state = State.READY
        elif newest or self.workspace.has(exercise):
            state = State.STARTED
        else:
            state = State.OPEN
        score = attempts[-1].score if attempts else None
        best = max((a.score for a in attempts), key=lambda s: s.earned, default=None)
        return Standing(state=state, score=score, best=best, attempts=len(attempts))

    def current(self, exercises: Iterable[Exercise]) -> Exercise:
        """Return the exercise in whose folder we are, else the first that is begun and not passed.

        Raises:
            WorkspaceError: If there is none; the sentence says how to begin.
        """
        course = tuple(exercises)
        if inside := self.workspace.enclosing(course):
            return inside
        by_state = {self.standing(e).state: e for e in reversed(course)}  # keeps the first of each
        if begun := by_state.get(State.STARTED) or by_state.get(State.READY):
            return begun
        if fresh := by_state.get(State.OPEN):
            raise WorkspaceError(
                tr("Nothing is begun here; begin with 'grade start {id}'.", id=fresh.id)
            )
        raise WorkspaceError(tr("Every exercise here has passed; name the one you mean."))

    def latest(self, exercises: Iterable[Exercise]) -> Exercise:
        """Return the exercise with the newest report.

        Raises:
            WorkspaceError: If nothing was ever judged here.
        """
        newest = ((e, next(self._reports(e), None)) for e in exercises)
        judged = [(report.graded_at, e.id, e) for e, report in newest if report]
        if not judged:
            raise WorkspaceError(tr("There is no feedback here yet; run 'grade check' first."))
        return max(judged)[2]

    def following(self, exercise: Exercise, exercises: Iterable[Exercise]) -> Exercise | None:
        """Return the next exercise that still wants work: those after *exercise*, then the rest."""
        course = tuple(exercises)
        at = next((i for i, e in enumerate(course) if e.id == exercise.id), -1)
        others = (e for e in course[at + 1 :] + course[: max(at, 0)])
        undone = {State.OPEN, State.STARTED}
        return next((e for e in others if self.standing(e).state in undone), None)

    def _folder(self, exercise_id: str) -> Path:
        return self.workspace.records / exercise_id

    def _paths(self, exercise_id: str) -> list[Path]:
        """Return the kept files, newest first."""
        numbered = (p for p in self._folder(exercise_id).glob("*.json") if p.stem.isdecimal())
        return sorted(numbered, key=lambda path: int(path.stem), reverse=True)

    def _reports(self, exercise: Exercise) -> Iterator[Report]:
        """Yield the kept reports, newest first, without those that this engine cannot read."""
        return (report for path in self._paths(exercise.id) if (report := _read(path)))


def _read(path: Path) -> Report | None:
    try:
        return Report.from_json(path.read_bytes())
    except (OSError, UserError):
        return None
