"""Judge a student's work from inside a notebook: what cells and magics share."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from autograder.course.rules import Rules, told_catalog
from autograder.course.workspace import Workspace
from autograder.errors import UserError
from autograder.integrations.display import Feedback
from autograder.language import speaking
from autograder.results.advice import next_step
from autograder.results.hinting import hints_shown
from autograder.results.history import History

if TYPE_CHECKING:
    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise, Suite
    from autograder.results.report import Report

__all__ = ["Work"]


class Work:
    """The student's work, around the folder in which the notebook runs."""

    @cached_property
    def catalog(self) -> Catalog:
        """The course."""
        return told_catalog()

    @cached_property
    def history(self) -> History:
        """The reports kept beside the work."""
        return History(Workspace.find())

    def exercise(self, named: str | None) -> Exercise:
        """Return the exercise with this id, or the one that the student is at."""
        return self.catalog[named] if named else self.history.current(self.catalog)

    def judge(self, exercise: Exercise, suite: Suite) -> Report:
        """Judge the files of *exercise*, and keep the report.

        Raises:
            UserError: If there is nothing to judge, or no suite here.
        """
        from autograder.grading import Grader
        from autograder.results.told import given

        source = self.history.workspace.source(exercise)
        with Grader(self.catalog) as grader:
            whole = grader.grade(source, exercise, suite=suite)
        report = given(whole, self.catalog, self.history.workspace)
        try:
            self.history.record(report)
        except UserError:
            return report  # where nothing can be kept, feedback is still feedback
        return report

    def feedback(self, report: Report, exercise: Exercise) -> Feedback:
        """Return *report* as a cell shows it, with what comes next."""
        following = self.history.following(exercise, self.catalog)
        with speaking(report.language):
            closing = next_step(report, exercise, following)
        return Feedback(report, exercise, closing=closing, hints=self.hints(exercise))

    def hints(self, exercise: Exercise) -> dict[str, int] | None:
        """Return how many hints of each check a cell shows, as `hints_shown` does."""
        return hints_shown(exercise, Rules.of(self.catalog), self.history.workspace)
