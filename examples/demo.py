"""Grade a class, read one student's feedback, and train with a right student's code.

`make demo` runs this. Everything is real: the submissions in `examples/class` go through the
hidden suites in the best cage that this machine has, and what comes out lies in `out/`.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from autograder.course.catalog import Catalog
from autograder.course.exercise import Exercise, Suite
from autograder.errors import UserError
from autograder.grading import Grader
from autograder.results.feedback import Setting, to_terminal
from autograder.results.layout import Block, Symbols, points
from autograder.results.printable import one_line
from autograder.results.progress import progress_bar
from autograder.results.report import Report
from autograder.results.verdict import Verdict
from autograder.sandbox.isolation import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HERE = Path(__file__).resolve().parent
_CLASS = _HERE / "class"
_OUT = Path("out")
_LOOK_AT = ("matteo", "optimizer")
_RIGHT = "giulia"
_SHORT = 40


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """One submission of the class and what became of it."""

    exercise: Exercise
    student: str
    report: Report


def main() -> None:
    """Run the whole demonstration."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a sign that cannot be written is '?'
    try:
        _demonstrate(Console(highlight=False))
    except UserError as error:
        sys.exit(f"Error: {error}")


def _demonstrate(console: Console) -> None:
    began = time.monotonic()
    catalog = Catalog(_HERE.parent)
    with _grader(catalog) as grader:
        with progress_bar(console, "Grading the class") as progress:
            graded = tuple(_grade_class(grader, progress))
        level = grader.server.info.level
    seconds = time.monotonic() - began
    _show_class(graded, catalog, console)
    _show_feedback(graded, console)
    _show_training(catalog, console)
    said = (
        f"{len(graded)} submissions graded in {seconds:.1f} s, isolation {level.value!r}; "
        f"everything took {time.monotonic() - began:.1f} s. Reports are in {_OUT / 'reports'}."
    )
    console.print(Text(), Block(said, "bold"), sep="\n")


@contextlib.contextmanager
def _grader(catalog: Catalog) -> Iterator[Grader]:
    """Give a grader; where there is no cage, one without, as these students are our own."""
    with Grader(catalog) as grader:
        if grader.server.info.level is not Level.NONE:
            yield grader
            return
    with Grader(catalog, isolation=Level.NONE.value) as grader:
        yield grader


def _grade_class(grader: Grader, progress: Callable[[int, int, object], None]) -> Iterator[Graded]:
    """Grade every submission, exercise by exercise, and keep each report as JSON."""
    handed_in = [
        (exercise, folder)
        for exercise in grader.catalog
        for folder in sorted(_CLASS.glob(f"*/{exercise.id}"))
    ]
    for exercise in {exercise.id: exercise for exercise, _ in handed_in}.values():
        grader.prepare(exercise, Suite.HIDDEN)  # they all start while the first is graded
    for done, (exercise, folder) in enumerate(handed_in):
        student = folder.parent.name
        progress(done, len(handed_in), None)
        report = grader.grade(folder, exercise, student=student)
        path = _OUT / "reports" / student / f"{exercise.id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report.to_json(), encoding="utf-8")
        yield Graded(exercise=exercise, student=student, report=report)


def _show_class(graded: tuple[Graded, ...], catalog: Catalog, console: Console) -> None:
    """Print a table: who, what, how many points, and why."""
    cross = Symbols(ascii_only=console.options.ascii_only).cross
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    for header in ("student", "exercise", "score"):
        table.add_column(header, no_wrap=True)
    table.add_column("", no_wrap=True, justify="right")
    table.add_column("what became of it")
    for exercise in catalog:
        rows = [g for g in graded if g.exercise.id == exercise.id]
        for row in sorted(rows, key=lambda g: (-g.report.score.earned, g.student)):
            why = _why(row.report, cross)
            table.add_row(row.student, exercise.id, *_score(row.report), why)
        if rows:
            table.add_row()
    console.print(table)


def _score(report: Report) -> tuple[ProgressBar | Text, str]:
    score = report.score
    if not report.gradable:
        return Text("not graded", "dim"), ""
    numbers = f"{points(score.earned)}/{points(score.possible)}"
    return ProgressBar(total=score.possible, completed=score.earned, width=10), numbers


def _why(report: Report, cross: str) -> Text:
    """Return what helps most: the problem, the mistake, or the first check that did not pass."""
    if report.problem:
        return Text(_in_short(report.problem.sentence), "red")
    if report.passed:
        return Text("all checks passed", "green")
    if report.diagnosis:
        return Text(_in_short(report.diagnosis[0].sentence), "yellow")
    first = next(v for v in report.verdicts if v.verdict is not Verdict.PASSED)
    if first.verdict is Verdict.NOT_IMPLEMENTED:
        return Text(f"still to write: {_in_short(first.message or first.title)}")
    said = first.title if first.verdict is Verdict.FAILED else first.message or first.title
    return Text(f"{cross} {_in_short(said)}")


def _in_short(text: str) -> str:
    """Return the first sentence of *text*, and the second where the first is short."""
    first, *others = re.split(r"(?<=[.!?]) (?=\W?[A-Z])", one_line(text))
    return " ".join([first, *others[:1]]) if len(first) < _SHORT else first


def _show_feedback(graded: tuple[Graded, ...], console: Console) -> None:
    """Print what one student reads."""
    chosen = next(g for g in graded if (g.student, g.exercise.id) == _LOOK_AT)
    console.rule(f"What {chosen.student} reads", align="left", style="dim")
    to_terminal(chosen.report, console, Setting(title=chosen.exercise.title))


def _show_training(catalog: Catalog, console: Console) -> None:
    """Train with the four pieces of a student who has them all."""
    from autograder.training import train  # brings torch, which grading needs only in its cage

    console.print()
    console.rule(f"What {_RIGHT}'s four pieces can do", align="left", style="dim")
    result = train(_CLASS / _RIGHT, catalog, _OUT / "training.png")
    console.print(
        Block(
            f"{result.accuracy:.1%} of digits never seen before are recognised after "
            f"{len(result.epochs)} epochs; torch's own classes reach "
            f"{result.torch_accuracy:.1%}. Both runs are drawn in {result.picture}."
        )
    )


if __name__ == "__main__":
    main()
