"""Grade a class from a terminal: ledger, cohort, pool, files, progress, and Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.text import Text

from autograder.cluster.pool import DaskPool
from autograder.cohort import Cohort
from autograder.course.rules import Rules
from autograder.ledger.opening import place_of
from autograder.ledger.store import Ledger
from autograder.pool import LocalPool
from autograder.results.files import FeedbackFiles
from autograder.results.printable import one_line
from autograder.results.told import passed_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console
    from rich.progress import Task as BarTask

    from autograder.cohort import Outcome, Progress, What
    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.ledger.entries import Entry
    from autograder.pool import Pool
    from autograder.results.report import Report

__all__ = ["grade_class", "open_ledger"]


def open_ledger(catalog: Catalog, named: str | None = None) -> Ledger:
    """Open the ledger of the course *catalog*, or the one that is *named*."""
    rules = Rules.of(catalog)
    return Ledger(place_of(catalog, rules, named), rules)


def grade_class(
    catalog: Catalog,
    place: Path,
    console: Console,
    *,
    ledger: str | None = None,
    exercises: Sequence[Exercise] = (),
    what: What = "missing",
    jobs: int | None = None,
    scheduler: str | None = None,
    unencrypted: bool = False,
    isolation: str | None = None,
    out: Path,
    pool: Pool | None = None,
) -> Outcome:
    """Grade the class in *place*, show on *console* how far it is, and write feedback to *out*.

    The first Ctrl-C lets what is being graded be finished; the second ends at once.

    Args:
        catalog: The course.
        place: Where the submissions lie.
        console: Where progress is shown.
        ledger: The ledger, if not the course's.
        exercises: The only ones to grade.
        what: Which submissions to grade.
        jobs: How many at a time on this machine.
        scheduler: The Dask cluster that grades, in the place of this machine.
        unencrypted: Whether the way to it may be without TLS.
        isolation: As for `Grader`.
        out: Where feedback goes.
        pool: What grades; by default it follows from the above.

    Raises:
        UserError: If something is not as it should be.
        KeyboardInterrupt: If it was interrupted before anything was graded, or twice.
    """
    if pool is None and scheduler:
        pool = DaskPool(
            catalog,
            scheduler,
            exercises=exercises,
            isolation=isolation,
            unencrypted=unencrypted,
        )
    pool = pool or LocalPool(catalog, jobs=jobs, isolation=isolation)
    files = FeedbackFiles(out)
    titles = {exercise.id: exercise.title for exercise in catalog.everything}

    rules = Rules.of(catalog)

    def keep(entry: Entry, report: Report) -> None:
        cut = passed_on(report, catalog, rules, lambda _: entry.attempt)
        files.keep(cut, entry.attempt, titles[entry.exercise])

    with open_ledger(catalog, ledger) as book, _shown(console) as show:
        with _gently(pool, console) as is_grading:

            def progress(step: Progress) -> None:
                if step.step == "grading":
                    is_grading.set()
                show(step)

            cohort = Cohort(catalog, book, exercises=exercises, keep=keep, progress=progress)
            outcome = cohort.run(place, pool, what)
        _complete(outcome, files, book, keep)
    return outcome


def _complete(
    outcome: Outcome, files: FeedbackFiles, ledger: Ledger, keep: Callable[[Entry, Report], None]
) -> None:
    """Write what is not there: the feedback of earlier runs, where it is another folder now."""
    for entry in outcome.entries:
        path = files.path(entry.student, entry.exercise, entry.attempt)
        if entry.graded_at is not None and not path.exists():
            report = ledger.report(entry.id)
            assert report is not None
            keep(entry, report)


@contextlib.contextmanager
def _gently(pool: Pool, console: Console) -> Iterator[threading.Event]:
    """Let the first Ctrl-C stop *pool*; give an event to set when it is there to be stopped."""
    is_grading = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield is_grading
        return

    def stop(_number: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, before)
        if not is_grading.is_set():
            raise KeyboardInterrupt
        pool.stop()
        console.print("Stopping after what is being graded; Ctrl-C again stops at once.")

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield is_grading
    finally:
        signal.signal(signal.SIGINT, before)


class _Rate(ProgressColumn):
    """Submissions a minute."""

    def render(self, task: BarTask) -> Text:
        """Return the rate so far."""
        speed = task.finished_speed or task.speed
        return Text(f"{60 * speed:.0f} a minute" if speed else "", "dim")


@contextlib.contextmanager
def _shown(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Show on *console* how far a run is; off a terminal, say only what went wrong."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[said]}", markup=False),
    )
    bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
    passed = failed = trouble = 0
    with bar:
        task = bar.add_task("Taking in", total=None, said="")

        def show(step: Progress) -> None:
            nonlocal passed, failed, trouble
            entry = step.entry
            if entry is not None:
                passed += entry.passed
                trouble += entry.reason is not None
                failed += not entry.passed and entry.reason is None
                if entry.reason is not None:
                    name = one_line(f"{entry.student} at {entry.exercise}: {entry.reason}")
                    bar.console.print(Text(name, "red"))
            elif step.step == "grading":
                bar.reset(task, description="Grading", total=step.of)
            said = f"{passed} passed, {failed} not" + (f", {trouble} trouble" if trouble else "")
            is_grading = step.step == "grading"
            bar.update(task, completed=step.done, total=step.of, said=said if is_grading else "")

        yield show
