"""Print what `grade class` and `grade ledger check` found."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from autograder.results.layout import Block, Symbols, count, points
from autograder.results.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import Console

    from autograder.cohort import Outcome
    from autograder.course.rules import Rules
    from autograder.ledger.checking import Checked
    from autograder.ledger.entries import Entry

__all__ = ["print_checked", "print_class"]

_SMALL = 40
"""Up to so many students, every student gets a row."""
_SHOWN = 50
"""Lines about what was left aside or not graded; the rest is counted."""


def print_class(outcome: Outcome, rules: Rules, out: Path, console: Console) -> None:
    """Print the scores, what was not graded and why, and where the feedback is."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    newest = {(e.student, e.exercise): e for e in outcome.entries}  # in the order of attempts
    students = sorted({e.student for e in outcome.entries})
    exercises = list(dict.fromkeys(e.exercise for e in outcome.entries))
    if outcome.entries and len(students) <= _SMALL:
        console.print(_grid(newest, students, exercises, rules))
    elif outcome.entries:
        console.print(_summary(list(newest.values()), exercises))
    lines = [
        (f"{e.student} at {e.exercise}, attempt {e.attempt}", e.reason or "")
        for e in outcome.trouble
    ]
    _print_lines("Not graded", lines, symbols.cross, console)
    aside = [(one.path, one.reason) for one in outcome.aside]
    _print_lines("Left aside", aside, symbols.dot, console)
    console.print(Text(), Block(_in_words(outcome), "bold"), sep="\n")
    if outcome.entries:
        console.print(Block(f"Feedback is in {out}/<student>/<exercise>/<attempt>.json and .txt."))
    if outcome.gone_on_with:
        began = outcome.gone_on_with.astimezone()
        said = f"This went on with the regrade of {began:%Y-%m-%d %H:%M}, which had been stopped."
        console.print(Block(said))
    if outcome.trouble:
        console.print(Block("'grade class DIR --only failed' tries again what was not graded."))
    if outcome.left:
        said = f"Stopped with {count(outcome.left, 'submission')} to go; call again to go on."
        console.print(Block(said, "yellow"))


def print_checked(checked: Checked, console: Console) -> None:
    """Print what a check of the ledger found."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    for flaw in checked.flaws:
        console.print(Block(one_line(flaw.what), "red", margin=f"{symbols.cross} "))
        console.print(Block(flaw.remedy, "cyan", margin="    "))
    said = ", ".join(
        (
            count(checked.submissions, "submission"),
            count(checked.files, "file"),
            count(checked.reports, "report"),
        )
    )
    verdict = "all sound" if checked.sound else f"{count(len(checked.flaws), 'flaw')}"
    console.print(Block(f"{said}: {verdict}.", "bold"))


def _grid(
    newest: dict[tuple[str, str], Entry],
    students: Sequence[str],
    exercises: Sequence[str],
    rules: Rules,
) -> Table:
    table = Table("student", *exercises, box=None, pad_edge=False, header_style="bold")
    for student in students:
        cells = [_cell(newest.get((student, exercise)), rules) for exercise in exercises]
        table.add_row(Text(one_line(student)), *cells)
    return table


def _cell(entry: Entry | None, rules: Rules) -> Text:
    if entry is None:
        return Text()
    late = " late" if entry.has_time and rules.is_late(entry.exercise, entry.received_at) else ""
    if entry.reason is not None:
        return Text("trouble" + late, "red")
    if entry.graded_at is None:
        return Text("waiting" + late, "dim")
    if not entry.gradable:
        return Text("not gradable" + late, "yellow")
    score = f"{points(entry.earned)}/{points(entry.possible)}{late}"
    return Text(score, "green" if entry.passed else "")


def _summary(entries: Sequence[Entry], exercises: Sequence[str]) -> Table:
    """Return a row for each exercise, over the newest attempt of each student."""
    headers = ("exercise", "students", "mean", "median", "passed", "not gradable", "trouble")
    table = Table(*headers, box=None, pad_edge=False, header_style="bold")
    for exercise in exercises:
        own = [e for e in entries if e.exercise == exercise]
        judged = [e for e in own if e.is_graded and e.gradable]
        scores = [e.earned for e in judged] or [0.0]
        table.add_row(
            exercise,
            str(len(own)),
            f"{statistics.fmean(scores):.2f}",
            f"{statistics.median(scores):.2f}",
            str(sum(e.passed for e in judged)),
            str(sum(e.is_graded and not e.gradable for e in own)),
            str(sum(e.reason is not None for e in own)),
        )
    return table


def _print_lines(title: str, lines: Sequence[tuple[str, str]], sign: str, console: Console) -> None:
    if not lines:
        return
    console.print(Text(), Text(title, "bold"), sep="\n")
    for name, reason in lines[:_SHOWN]:
        console.print(Block(f"{one_line(name)}: {one_line(reason)}", margin=f"  {sign} "))
    if (more := len(lines) - _SHOWN) > 0:
        console.print(Block(f"and {more} more; --json names all.", margin="  "))


def _in_words(outcome: Outcome) -> str:
    known = len(outcome.entries) - outcome.graded - outcome.reused - outcome.left
    said: Iterable[str] = (
        f"{count(len(outcome.entries), 'submission')}, {outcome.new} of them new",
        f"{outcome.graded} graded now in {outcome.seconds:.1f} s",
        f"{outcome.reused} the same as another's" if outcome.reused else "",
        f"{known} graded before" if known > 0 else "",
    )
    return "; ".join(filter(None, said)) + "."
