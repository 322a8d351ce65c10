"""The engine as nbgrader's plug-in uses it: what was graded ahead is taken, the rest is graded now.

Grading takes seconds, and formgrader stands still meanwhile. So a *shelf* of reports is asked first;
a report counts only if it is genuine, of exactly these files, and by the suite that is in force.
"""

from __future__ import annotations

import importlib
import weakref
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from autograder.course.rules import Rules, Tells
from autograder.errors import UserError
from autograder.results.report import Report
from autograder.results.told import passed_on
from autograder.submission.intake import Ungradable, take_in
from autograder.verifying import objections

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.grading import Grader

__all__ = ["Engine", "Outcome", "Shelf", "engine_for", "shelf_named"]

_LEDGER = "autograder.integrations.nbgrader.shelves.ledger_of"
_engines: weakref.WeakKeyDictionary[Any, Engine] = weakref.WeakKeyDictionary()


class Shelf(Protocol):
    """Where reports of an earlier run lie; the ledger is one."""

    def newest(self, digest: str, exercise: Exercise) -> Report | None:
        """Return the newest report on files of *exercise* with this digest, if there is one."""
        ...


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one exercise of a submission, and the text that was judged."""

    report: Report
    """In full, for the gradebook."""
    given: Report
    """As much of it as the student is given."""
    files: dict[str, str]
    """Name and text of what was judged; empty where it could not be read."""
    ahead: bool
    """Whether the report was on the shelf already."""


class Engine:
    """Grades one submission after another for one course.

    Args:
        catalog: The course, with its secret half.
        shelf: Where reports may lie already.
        isolation: The cage that was asked for; None is the best that this machine has.
    """

    def __init__(
        self, catalog: Catalog, *, shelf: Shelf | None = None, isolation: str | None = None
    ) -> None:
        self.catalog = catalog
        self._shelf = shelf
        self._isolation = isolation
        self._grader: Grader | None = None

    def judge(self, folder: Path, exercise: Exercise, student: str) -> Outcome:
        """Return what became of *student*'s files of *exercise* in *folder*.

        Raises:
            UserError: If the engine cannot work here; the sentence says why.
        """
        try:
            submission = take_in(folder, exercise)
            digest, files = submission.digest, submission.files
        except Ungradable as error:
            digest, files = error.digest, {}
        report = self._from_the_shelf(digest, exercise)
        if report is not None:
            named = msgspec.structs.replace(report, student=student)
            return self._outcome(named, files, ahead=True)
        report = self._engine().grade(folder, exercise, student=student)
        if report.submission != digest:
            raise UserError(f"{folder} was changed while it was graded; autograde it again.")
        return self._outcome(report, files, ahead=False)

    def _outcome(self, report: Report, files: dict[str, str], *, ahead: bool) -> Outcome:
        given = passed_on(report, self.catalog, Rules.of(self.catalog)).for_student()
        return Outcome(report=report, given=given, files=files, ahead=ahead)

    def close(self) -> None:
        """End every process that the engine started."""
        if self._grader is not None:
            self._grader.close()
            self._grader = None

    def _engine(self) -> Grader:
        if self._grader is None:
            from autograder.grading import Grader

            self._grader = Grader(self.catalog, isolation=self._isolation)
        return self._grader

    def _from_the_shelf(self, digest: str, exercise: Exercise) -> Report | None:
        report = self._shelf.newest(digest, exercise) if self._shelf else None
        if report is None or report.errored:
            return None
        fits = (report.submission, report.exercise) == (digest, exercise.id)
        fits = fits and report.told is Tells.FULL  # points come from its verdicts
        return report if fits and not objections(report, self.catalog) else None


def engine_for(converter: Any, make: Callable[[], Engine]) -> Engine:
    """Return the engine of one run of nbgrader's: it lives as long as its *converter* does.

    So `nbgrader autograde` starts it once for a whole class. Formgrader makes a converter for
    every click; whichever engine is still there from the one before is ended first.
    """
    engine = _engines.get(converter)
    if engine is None:
        for left in list(_engines.values()):
            left.close()
        engine = _engines[converter] = make()
        weakref.finalize(converter, engine.close)
    return engine


def shelf_named(name: str, catalog: Catalog) -> Shelf | None:
    """Return the shelf that the function *name* (`module.function`) makes for *catalog*.

    Without a name, it is the course's ledger.

    Raises:
        UserError: If there is no such function.
    """
    module, _, function = (name or _LEDGER).rpartition(".")
    try:
        make: Callable[[Catalog], Shelf | None] = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(f"There is no shelf of reports {name!r}: {error}.") from error
    return make(catalog)
