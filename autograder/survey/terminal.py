"""Print a survey: one row for each exercise; then, of one exercise, its checks and mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from autograder.results.layout import Block, Symbols, bar, count, points
from autograder.results.printable import one_line
from autograder.survey.measures import FEWEST, TELLING
from autograder.survey.wording import in_words, listed_attempts, percent, speed_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from autograder.survey.facts import CheckFacts, ExerciseFacts, Survey

__all__ = ["print_survey"]

_MISTAKES = 8
_BAR = 10


def print_survey(survey: Survey, console: Console, *, in_full: bool) -> None:
    """Print *survey*; *in_full* with the checks and mistakes of every exercise."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    console.print(_overview(survey, symbols))
    said = f"{count(survey.students, 'student')}, {count(survey.attempts, 'attempt')}."
    console.print(Text(), Block(said, "bold"), sep="\n")
    console.print(Block("'tries' is the median of the attempts until every check passed.", "dim"))
    if not in_full:
        console.print(
            Block("'grade report ID' shows the checks, mistakes and speeds of an exercise.", "dim")
        )
        return
    for exercise in survey.exercises:
        _print_exercise(exercise, symbols, console)


def _overview(survey: Survey, symbols: Symbols) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("exercise", no_wrap=True, overflow="ellipsis")
    for name in ("students", "median", "of", "passed", "tries"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("scores, 0 to 100 %", no_wrap=True)
    for one in survey.exercises:
        judged = one.students - one.without
        table.add_row(
            Text(one_line(one.exercise), "bold"),
            str(one.students),
            points(one.scores.median) if one.scores else "",
            points(one.possible),
            percent(one.passed, judged) if judged else "",
            points(one.passing.median) if one.passing.median is not None else "",
            Text(_heights(one.bins, symbols), "cyan"),
        )
    if len(survey.exercises) > 1:
        table.add_section()
        label = Text("all together", "bold")
        table.add_row(
            label, str(survey.students), "", "", "", "", Text(_heights(survey.bins, symbols))
        )
    return table


def _heights(bins: Sequence[int], symbols: Symbols) -> str:
    """Return a mark for each of *bins*, the higher the more; a dot for none, digits at a pinch."""
    marks = symbols.heights if len(symbols.heights) > 1 else "123456789"
    most = max(*bins, 1)
    return "".join(marks[-(-n * len(marks) // most) - 1] if n else symbols.dot for n in bins)


def _print_exercise(one: ExerciseFacts, symbols: Symbols, console: Console) -> None:
    console.print(Text(), Text(one_line(one.title), "bold underline"), sep="\n")
    for sentence in in_words(one):
        console.print(Block(sentence))
    if one.checks:
        console.print(Text(), _checks(one.checks), sep="\n")
        _print_notes(one.checks, console)
    if one.mistakes:
        console.print(Text(), Text("Commonest mistakes", "bold"), sep="\n")
        for mistake in one.mistakes[:_MISTAKES]:
            said = f"{mistake.mistake}: {count(mistake.students, 'student')}"
            said += f", {mistake.still} still"
            console.print(Block(said, margin=f"{symbols.dot} "))
            console.print(Block(one_line(mistake.sentence), "dim", margin="  "))
        if (more := len(one.mistakes) - _MISTAKES) > 0:
            console.print(Block(f"and {more} more", "dim", margin="  "))
    if one.passing.at:
        console.print(Text(), Text("Until passed", "bold"), sep="\n")
        console.print(Block(listed_attempts(one.passing)))
    if one.speeds:
        console.print(Text(), Text("Speed", "bold"), sep="\n")
    for speed in one.speeds:
        console.print(Block(speed_in_words(speed), margin=f"{symbols.dot} "))


def _checks(checks: Sequence[CheckFacts]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("check", ratio=1)
    table.add_column("passed", no_wrap=True, min_width=_BAR)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("tells", justify="right", no_wrap=True)
    for check in checks:
        meter = bar(check.passed, check.judged)
        meter.width = _BAR
        telling = check.discrimination
        table.add_row(
            Text(one_line(check.title)),
            meter,
            percent(check.passed, check.judged),
            Text(
                "" if telling is None else f"{telling:.2f}",
                "" if telling is None or telling >= TELLING else "yellow",
            ),
        )
    return table


def _print_notes(checks: Sequence[CheckFacts], console: Console) -> None:
    if max(check.judged for check in checks) < FEWEST:
        said = f"With fewer than {FEWEST} students nothing is said about how much a check tells."
    else:
        said = (
            "'tells' is the discrimination: how passing goes with the score of the other checks, "
            f"from -1 to 1; below {TELLING:g} a check tells little, and nothing where all did alike."
        )
    console.print(Block(said, "dim"))
