"""Show the course as a map: every exercise in teaching order, and where the student stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from autograder.results.history import State
from autograder.results.layout import Block, Symbols, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from autograder.course.exercise import Exercise
    from autograder.results.history import Standing

__all__ = ["as_data", "print_map"]

_WIDE = 72  # below this the titles are left out
_STYLES = {
    State.OPEN: "dim",
    State.STARTED: "yellow",
    State.READY: "cyan",
    State.PASSED: "green",
}


def print_map(rows: Sequence[tuple[Exercise, Standing]], console: Console) -> None:
    """Print one line for every exercise, and what the signs mean."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    signs = {
        State.OPEN: symbols.empty,
        State.STARTED: symbols.half,
        State.READY: symbols.full,
        State.PASSED: symbols.tick,
    }
    table = Table.grid(padding=(0, 2))
    for exercise, standing in rows:
        style = _STYLES[standing.state]
        title = [Text(exercise.title, no_wrap=True, overflow="ellipsis")]
        table.add_row(
            Text(signs[standing.state], style),
            Text(exercise.id, "bold" if standing.state is not State.OPEN else ""),
            *(title if console.width >= _WIDE else []),
            Text(exercise.track, "dim", no_wrap=True),
            Text("{}-{} min".format(*exercise.minutes), no_wrap=True),
            Text(_score(standing), style, no_wrap=True),
        )
    console.print(table)
    legend = "  ".join(f"{sign} {state}" for state, sign in signs.items())
    console.print(Text(), Block(legend, "dim"), sep="\n")


def as_data(rows: Sequence[tuple[Exercise, Standing]]) -> dict[str, Any]:
    """Return the map as data for `--json`."""
    return {
        "version": 1,
        "exercises": [
            {
                "id": exercise.id,
                "title": exercise.title,
                "summary": exercise.summary,
                "track": exercise.track,
                "minutes": exercise.minutes,
                "requires": exercise.requires,
                "state": standing.state,
                "attempts": standing.attempts,
                "score": standing.score,
            }
            for exercise, standing in rows
        ],
    }


def _score(standing: Standing) -> str:
    if standing.score is None:
        return "ready to submit" if standing.state is State.READY else ""
    return f"{points(standing.score.earned)}/{points(standing.score.possible)}"
