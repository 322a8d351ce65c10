"""What every `grade` command shares: course, folder, consoles, engine, and how it ends.

Nothing heavy is imported before a command asks for it, so that `grade --help` and `grade list`
are there at once.
"""

from __future__ import annotations

import sys
import traceback
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import click

from autograder.course.exercise import Suite
from autograder.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem
    from rich.console import Console

    from autograder.audit import ExerciseAudit
    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.course.workspace import Workspace
    from autograder.grading import Grader
    from autograder.results.history import History
    from autograder.results.report import Report

__all__ = ["Commands", "Desk", "ExerciseId"]

_STUDENT, _BUG, _INTERRUPTED = 1, 3, 130


class Desk:
    """The place at which one command works.

    Args:
        course: The course that was named on the command line.
        isolation: The cage that was asked for; None is the best that this machine has.
    """

    def __init__(self, course: Path | None = None, isolation: str | None = None) -> None:
        self._course = course
        self._isolation = isolation

    @cached_property
    def catalog(self) -> Catalog:
        """The course."""
        from autograder.course.catalog import Catalog

        return Catalog.find(self._course)

    @cached_property
    def workspace(self) -> Workspace:
        """The student's folder."""
        from autograder.course.workspace import Workspace

        return Workspace.find()

    @cached_property
    def history(self) -> History:
        """The reports kept there."""
        from autograder.results.history import History

        return History(self.workspace)

    @cached_property
    def out(self) -> Console:
        """Where data goes."""
        return _console(sys.stdout)

    @cached_property
    def err(self) -> Console:
        """Where talk goes."""
        return _console(sys.stderr)

    def current(self) -> Exercise:
        """Return the exercise that a command without an id is about."""
        return self.history.current(self.catalog)

    def grader(self) -> Grader:
        """Return the engine, which is not loaded before this."""
        from autograder.grading import Grader

        return Grader(self.catalog, isolation=self._isolation)

    def check(self, exercise: Exercise) -> Report:
        """Judge the student's work by the public suite."""
        return self._grade(self.workspace.source(exercise), exercise, Suite.PUBLIC)

    def submit(self, exercise: Exercise, from_dir: Path | None) -> Report:
        """Judge the student's work by the hidden suite; say first what is handed in.

        Raises:
            UserError: If the hidden suite is not on this machine.
        """
        from autograder.course.workspace import handing_in
        from autograder.listings import print_hand_in

        if not exercise.has_hidden_suite:
            raise UserError(
                f"This machine has no hidden suite for {exercise.id!r}, so it cannot be handed in "
                f"here; 'grade check {exercise.id}' runs the public checks."
            )
        source = self.workspace.source(exercise, from_dir)
        print_hand_in(handing_in(exercise, source), self.err)
        return self._grade(source, exercise, Suite.HIDDEN)

    def watch(self, exercise: Exercise, *, verbose: bool) -> None:
        """Judge the student's work at every save."""
        from autograder.watching import watch_exercise

        course = self.catalog.exercises
        with self.grader() as grader:
            watch_exercise(grader, self.history, course, exercise, self.out, verbose=verbose)

    def audit(self, exercises: tuple[Exercise, ...]) -> tuple[ExerciseAudit, ...]:
        """Audit *exercises*, or all of them where none is named."""
        from rich.text import Text

        from autograder.audit import audit

        with self.err.status("Auditing ...") as status:
            return audit(
                self.catalog,
                exercises or self.catalog.exercises,
                isolation=self._isolation,
                progress=lambda name, file: status.update(Text(f"{name}: {file}")),
            )

    def objections(self, path: Path, source: Path | None, student: str | None) -> tuple[str, ...]:
        """Return why the report at *path* does not count; empty if it does."""
        from autograder.results.report import Report
        from autograder.verifying import objections

        report = Report.from_json(path.read_bytes())
        return objections(report, self.catalog, source=source, student=student)

    def last(self, exercise: Exercise) -> Report:
        """Return the newest report of *exercise*.

        Raises:
            UserError: If there is none.
        """
        report = self.history.last(exercise)
        if report is None:
            raise UserError(
                f"There is no feedback for {exercise.id!r} yet; run 'grade check {exercise.id}'."
            )
        return report

    def show(self, report: Report, exercise: Exercise, *, as_json: bool, verbose: bool) -> None:
        """Show *report* in the form that was asked for."""
        from autograder.results.advice import next_step
        from autograder.results.feedback import FORMATS, Setting

        step = next_step(report, exercise, self.history.following(exercise, self.catalog))
        setting = Setting(title=exercise.title, next_step=step, verbose=verbose)
        FORMATS["json" if as_json else "terminal"](report, self.out, setting)

    def print_json(self, data: object) -> None:
        """Print *data*, of facts that msgspec knows and paths, as indented JSON."""
        import msgspec

        encoded = msgspec.json.encode(data, enc_hook=str)
        self.out.out(msgspec.json.format(encoded, indent=2).decode(), highlight=False)

    def leave(self, report: Report, *, otherwise: int) -> NoReturn:
        """Exit as *report* asks for: our trouble, the student's, or *otherwise*."""
        if report.errored:
            _say("Error: the grader had trouble of its own; please report it, it is a bug.")
            sys.exit(_BUG)
        if not report.gradable:
            from autograder.results.printable import one_line

            _say(
                f"Error: not graded. {one_line(report.problem.sentence) if report.problem else ''}"
            )
            sys.exit(_STUDENT)
        sys.exit(otherwise)

    def _grade(self, source: Path, exercise: Exercise, suite: Suite) -> Report:
        from autograder.results.progress import progress_bar

        with self.grader() as grader, progress_bar(self.err, exercise.title) as progress:
            report = grader.grade(source, exercise, suite=suite, progress=progress)
        try:
            self.history.record(report)
        except UserError as error:
            _say(f"This report could not be kept. {error}")
        return report


class Commands(click.Group):
    """Commands whose every end is an exit code and, where it is no success, one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the source: a student's first."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            _say(f"Error: {error}")
            ctx.exit(_STUDENT)
        except KeyboardInterrupt:
            _say("\nInterrupted; your files and your earlier results are as they were.")
            ctx.exit(_INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception:  # noqa: BLE001 - whatever else it is, it is ours to put right
            traceback.print_exc()
            _say("Error: this is a bug in the grader, not in your code; please report it.")
            ctx.exit(_BUG)


class ExerciseId(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 only
    """An id on the command line, an `Exercise` in the command; the shell completes it."""

    name = "id"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Exercise:
        """Look the id up; an unknown one is a `UserError` that names the nearest."""
        del param
        desk = ctx.find_object(Desk) if ctx else None
        return (desk or Desk()).catalog[value]

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the ids that begin with *incomplete*; outside a course there are none."""
        from click.shell_completion import CompletionItem

        del param
        try:
            exercises = Desk(ctx.find_root().params.get("course")).catalog.exercises
        except UserError:
            return []
        matching = (e for e in exercises if e.id.startswith(incomplete))
        return [CompletionItem(e.id, help=e.summary) for e in matching]


def _console(stream: Any) -> Console:
    from rich.console import Console

    stream.reconfigure(errors="replace")  # a sign that cannot be written is '?', no exception
    return Console(file=stream)


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
