"""What every `grade` command shares: course, folder, consoles, engine, and how it ends.

Nothing heavy is imported before a command asks for it, so that `grade --help` and `grade list`
are there at once.
"""

from __future__ import annotations

import sys
import webbrowser
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import click

from autograder.course.exercise import Suite
from autograder.errors import UserError
from autograder.language import language, tr

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from autograder.audit import ExerciseAudit
    from autograder.cohort import Outcome, What
    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.course.hints import Hint
    from autograder.course.release import Bundle
    from autograder.course.rules import Rules
    from autograder.course.workspace import Workspace
    from autograder.grading import Grader
    from autograder.integrations.nbgrader.assignment import Source
    from autograder.integrations.nbgrader.exchange import Exchange
    from autograder.integrations.nbgrader.wiring import Change
    from autograder.ledger.checking import Checked
    from autograder.results.history import History
    from autograder.results.margins import Calibration
    from autograder.results.report import Report
    from autograder.results.story import Setting
    from autograder.training import Session

__all__ = ["Desk", "say"]

_STUDENT, _BUG = 1, 3


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

        return Catalog.find(self._course, language())

    @property
    def _in_english(self) -> Catalog:
        """The course as its authors wrote it."""
        return type(self.catalog)(self.catalog.root)

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
        """Judge the student's work by the hidden suite; say first what is handed in."""
        from autograder.course.workspace import handing_in
        from autograder.listings import print_hand_in

        source = self.workspace.source(exercise, from_dir)
        print_hand_in(handing_in(exercise, source), self.err)
        return self._grade(source, exercise, Suite.HIDDEN)

    def hand_in(self, exercise: Exercise, from_dir: Path | None, *, as_json: bool) -> None:
        """Hand in where there is no hidden suite: through nbgrader's exchange, and say so.

        Raises:
            UserError: If there is no exchange here either, or it refuses.
        """
        from autograder.course.workspace import handing_in
        from autograder.listings import print_hand_in

        exchange = self._exchange(exercise, from_dir)
        if exchange is None:
            raise UserError(
                tr(
                    "This machine has no hidden suite for {id!r}, so it cannot be handed in here; "
                    "'grade check {id}' runs the public checks.",
                    id=exercise.id,
                )
            )
        print_hand_in(handing_in(exercise, exchange.folder), self.err)
        handed = exchange.hand_in()
        if as_json:
            self.print_json({"version": 1, "handed_in": handed})
        else:
            self.out.print(handed.in_words(), markup=False, highlight=False)

    def feedback(
        self,
        exercise: Exercise | None,
        *,
        as_json: bool,
        verbose: bool,
        html: Path | None,
        in_browser: bool,
    ) -> None:
        """Show the newest feedback: what came back through nbgrader's exchange, else our own.

        Args:
            exercise: What it is about; None is the newest of all.
            as_json: Whether to print it as JSON.
            verbose: Whether to show every check.
            html: Where to write it as a page.
            in_browser: Whether to open it as a page.
        """
        from autograder.integrations.returned import text_of_page

        at = exercise or self.workspace.enclosing(self.catalog)
        exchange = self._exchange(at, None) if at and not at.has_hidden_suite else None
        page = exchange.fetch_feedback() if exchange else None
        if page is None:
            exercise = exercise or self.history.latest(self.catalog)
            report = self.last(exercise)
            if html or in_browser:
                self._write_page(report, exercise, html, verbose=verbose, in_browser=in_browser)
            else:
                self.show(report, exercise, as_json=as_json, verbose=verbose)
            return
        if in_browser:
            _open(page)
        text = text_of_page(page.read_text(encoding="utf-8", errors="replace"))
        if as_json:
            self.print_json({"version": 1, "page": page, "text": text})
        else:
            whole = tr("The whole page: {page}", page=page)
            self.out.print(f"{text}\n\n{whole}", markup=False, highlight=False)

    def _exchange(self, exercise: Exercise, from_dir: Path | None) -> Exchange | None:
        from autograder.integrations.nbgrader.exchange import find_exchange

        try:
            source = self.workspace.source(exercise, from_dir)
        except UserError:
            return None
        return find_exchange(source.resolve()) if source.is_dir() else None

    def release(
        self,
        exercises: tuple[Exercise, ...],
        *,
        out: Path | None,
        course: Path | None,
        name: str | None,
        replace: bool,
    ) -> tuple[Bundle | Source, ...]:
        """Write the student bundle of *exercises*, or of all; or assignments of nbgrader's.

        Args:
            exercises: What to release.
            out: Where the bundle goes; without it, and without *course*, it goes to out/release.
            course: The nbgrader course that gets an assignment for each.
            name: The assignment that is made of all of them.
            replace: Whether a notebook that was changed by hand may be replaced.
        """
        from pathlib import Path

        from autograder.course.release import bundle
        from autograder.integrations.nbgrader.assignment import write_source

        chosen = exercises or self.catalog.exercises
        written: list[Bundle | Source] = []
        if out or not course:
            written.append(bundle(chosen, out or Path("out", "release")))
        if course:
            lots = {name: chosen} if name else {exercise.id: (exercise,) for exercise in chosen}
            written += [write_source(lot, course, n, replace=replace) for n, lot in lots.items()]
        return tuple(written)

    def wire(self, folder: Path, *, yes: bool) -> Change:
        """Wire the plug-in into the nbgrader course in *folder*; ask before changing a file.

        Raises:
            click.Abort: If the answer is no.
        """
        from autograder.integrations.nbgrader.wiring import planned_change, write_change

        change = planned_change(folder, self.catalog.root)
        if change.needed:
            if change.before is not None and not yes:
                click.confirm(change.question(), abort=True, err=True)
            write_change(change)
        return change

    def watch(self, exercise: Exercise, *, verbose: bool) -> None:
        """Judge the student's work at every save."""
        from autograder.watching import watch_exercise

        with self.grader() as grader:
            watch_exercise(grader, self.history, self.catalog, exercise, self.out, verbose=verbose)

    def audit(self, exercises: tuple[Exercise, ...], *, draws: int) -> tuple[ExerciseAudit, ...]:
        """Audit *exercises*, or all of them where none is named, with so many draws of inputs."""
        from autograder.audit import audit
        from autograder.results.progress import progress_bar

        with progress_bar(self.err, "Auditing", remaining=True) as progress:
            return audit(
                self._in_english,
                self._in_english.select(tuple(e.id for e in exercises)),
                isolation=self._isolation,
                draws=draws,
                progress=progress,
            )

    def calibrate(
        self, exercises: tuple[Exercise, ...], *, pictures: Path, runs: int, fresh: bool
    ) -> tuple[Calibration, ...]:
        """Measure the margins of the speed limits of *exercises*, or of all."""
        from autograder.calibration import calibrate
        from autograder.results.progress import progress_bar

        with progress_bar(self.err, "Calibrating") as progress:
            return calibrate(
                self.catalog,
                exercises or self.catalog.exercises,
                pictures=pictures,
                runs=runs,
                fresh=fresh,
                isolation=self._isolation,
                progress=progress,
            )

    def training(self, from_dir: Path | None, **how: Any) -> Session:
        """Return a training with the student's pieces, ready to run."""
        from autograder.training import prepare

        with self.err.status(tr("Getting the digits ...")) as status:
            return prepare(
                from_dir or self.workspace.root,
                self.catalog,
                **how,
                watch=lambda exercise: status.update(
                    tr("Trying your {exercise} ...", exercise=exercise)
                ),
            )

    @cached_property
    def rules(self) -> Rules:
        """What the course says about attempts."""
        from autograder.course.rules import Rules

        return Rules.of(self.catalog)

    def grade_class(self, place: Path, *, only: str | None, regrade: bool, **how: Any) -> Outcome:
        """Grade the submissions of a class; *how* goes to `classroom.grade_class`."""
        from autograder.classroom import grade_class

        if only and regrade:
            raise click.UsageError("--only failed and --regrade exclude each other.")
        if how.get("jobs") and how.get("scheduler"):
            raise click.UsageError("--jobs is for this machine; on a cluster, its workers decide.")
        what: What = "everything" if regrade else "failed" if only else "missing"
        isolation = self._isolation
        return grade_class(self.catalog, place, self.err, what=what, isolation=isolation, **how)

    def check_ledger(self, named: str | None) -> Checked:
        """Verify what the ledger holds."""
        from autograder.classroom import open_ledger
        from autograder.ledger.checking import check

        with open_ledger(self.catalog, named) as ledger:
            return check(ledger, self.catalog.root)

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
                tr("There is no feedback for {id!r} yet; run 'grade check {id}'.", id=exercise.id)
            )
        return report

    def show(self, report: Report, exercise: Exercise, *, as_json: bool, verbose: bool) -> None:
        """Show *report* in the form that was asked for."""
        from autograder.results.feedback import FORMATS

        setting = self._setting(report, exercise, verbose=verbose)
        FORMATS["json" if as_json else "terminal"](report, self.out, setting)

    def _write_page(
        self,
        report: Report,
        exercise: Exercise,
        path: Path | None,
        *,
        verbose: bool,
        in_browser: bool,
    ) -> None:
        """Write *report* as a page, to *path* or beside the kept reports, and say where it is.

        Args:
            report: What is shown.
            exercise: What it is about.
            path: Where the page goes; by default it takes the place of the last one.
            verbose: Whether every failed check is shown in full.
            in_browser: Whether to open it.
        """
        from autograder.results.page import to_page

        page = to_page(report, self._setting(report, exercise, verbose=verbose))
        path = path or self.workspace.records / exercise.id / "feedback.html"
        self.workspace.write(path, page.encode())
        say(tr("The feedback on {id!r} is in {path}.", id=exercise.id, path=path))
        if in_browser:
            _open(path)

    def _setting(self, report: Report, exercise: Exercise, *, verbose: bool) -> Setting:
        from autograder.results.advice import next_step
        from autograder.results.hinting import hints_shown
        from autograder.results.story import Setting

        step = next_step(report, exercise, self.history.following(exercise, self.catalog))
        shown = hints_shown(exercise, self.rules, self.workspace)
        return Setting(title=exercise.title, next_step=step, verbose=verbose, hints=shown)

    def hint(self, exercise: Exercise) -> Hint:
        """Return the next hint for *exercise*, and count it as shown."""
        from autograder.results.hinting import next_hint

        return next_hint(exercise, self.history)

    def print_json(self, data: object) -> None:
        """Print *data*, of facts that msgspec knows and paths, as indented JSON."""
        import msgspec

        encoded = msgspec.json.encode(data, enc_hook=str)
        self.out.out(msgspec.json.format(encoded, indent=2).decode(), highlight=False)

    def leave(self, report: Report, *, otherwise: int) -> NoReturn:
        """Exit as *report* asks for: our trouble, the student's, or *otherwise*."""
        if report.errored:
            say(tr("Error: the grader had trouble of its own; please report it, it is a bug."))
            sys.exit(_BUG)
        if not report.gradable:
            from autograder.results.printable import one_line

            reason = one_line(report.problem.sentence) if report.problem else ""
            say(tr("Error: not graded. {reason}", reason=reason))
            sys.exit(_STUDENT)
        sys.exit(otherwise)

    def _grade(self, source: Path, exercise: Exercise, suite: Suite) -> Report:
        from autograder.results.progress import progress_bar
        from autograder.results.told import given

        with self.grader() as grader, progress_bar(self.err, exercise.title) as progress:
            whole = grader.grade(source, exercise, suite=suite, progress=progress)
        report = given(whole, self.catalog, self.workspace)
        try:
            self.history.record(report)
        except UserError as error:
            say(tr("This report could not be kept. {error}", error=error))
        return report


def _console(stream: Any) -> Console:
    from rich.console import Console

    stream.reconfigure(errors="replace")  # a sign that cannot be written is '?', no exception
    return Console(file=stream)


def _open(page: Path) -> None:
    if not webbrowser.open(page.resolve().as_uri()):
        say(tr("No browser is to be had here; open that file in one."))


def say(sentence: str) -> None:
    """Print *sentence* where talk goes."""
    click.echo(sentence, err=True)
