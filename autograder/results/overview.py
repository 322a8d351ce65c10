"""Show the course as a map: every exercise, track by track, and where the student stands.

The numbers are places in teaching order; on a narrow terminal they also stand for the exercises
that come before another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from autograder.course.exercise import Track
from autograder.language import marked, tr
from autograder.results.history import State
from autograder.results.layout import Block, Symbols, bar, points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, JustifyMethod, RenderableType

    from autograder.course.exercise import Exercise
    from autograder.results.history import Standing

__all__ = ["as_data", "next_of", "print_map"]

_WITH_NAMES, _WITH_TITLES, _WITH_PLACES = 110, 72, 54
"""Widths from which on the map names what comes before, has titles, and numbers what comes before."""
_STYLES = {
    State.OPEN: "",
    State.STARTED: "yellow",
    State.READY: "cyan",
    State.PASSED: "green",
}


_STATES = {
    State.OPEN: marked("open"),
    State.STARTED: marked("started"),
    State.READY: marked("ready"),
    State.PASSED: marked("passed"),
}
_TRACKS = {
    Track.CORE: marked("core"),
    Track.LESSON: marked("lesson"),
    Track.INTERNALS: marked("internals"),
}
_MINUTES = 2  # the column with the minutes


def print_map(rows: Sequence[tuple[Exercise, Standing]], console: Console) -> None:
    """Print one line for every track and exercise, what the signs mean, and what to do next."""
    symbols = Symbols(ascii_only=console.options.ascii_only)
    signs = {
        State.OPEN: symbols.empty,
        State.STARTED: symbols.half,
        State.READY: symbols.full,
        State.PASSED: symbols.tick,
    }
    following, width = next_of(rows), console.width
    shown = (True, width >= _WITH_TITLES, True, width >= _WITH_PLACES, True)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    names = ("", "", tr("minutes"), tr("after"), tr("last (best)"))
    for column, (name, is_shown) in enumerate(zip(names, shown, strict=True)):
        if is_shown:
            justify: JustifyMethod = "right" if column == _MINUTES else "left"
            table.add_column(name, justify=justify, no_wrap=bool(name))

    def add(*cells: RenderableType) -> None:
        table.add_row(*(c for c, is_shown in zip(cells, shown, strict=True) if is_shown))

    for track, members in _by_track(rows):
        add(*_track_cells(track, members))
        for exercise, standing in members:
            is_next = exercise is following
            style = "bold" if is_next else _STYLES[standing.state]
            place = f"{symbols.next if is_next else ' '}{_place(exercise.id, rows):>2}"
            add(
                Text.assemble(
                    (signs[standing.state], _STYLES[standing.state]),
                    (place, "bold" if is_next else "dim"),
                    (f" {exercise.id}", style),
                    no_wrap=True,
                ),
                Text(exercise.title, "bold" if is_next else "", no_wrap=True, overflow="ellipsis"),
                Text("{}-{}".format(*exercise.minutes)),
                Text(_before(exercise, rows, by_name=width >= _WITH_NAMES), "dim"),
                Text(_scores(standing), style),
            )
    console.print(table)
    legend = [f"{sign} {tr(_STATES[state])}" for state, sign in signs.items()]
    if following is not None:
        advice = _advice(following, dict(_states(rows))[following.id])
        ahead = tr("next: {advice}", advice=advice)
        legend.append(f"{symbols.next} {ahead}")
    console.print(Text(), Block("  ".join(legend), "dim"), sep="\n")


def next_of(rows: Sequence[tuple[Exercise, Standing]]) -> Exercise | None:
    """Return what to do next: what is begun, else the first whose exercises before are passed."""
    states = dict(_states(rows))

    def rank(exercise: Exercise) -> int:
        waits = any(
            states.get(name, State.PASSED) is not State.PASSED for name in exercise.requires
        )
        order = (State.STARTED, State.READY, State.OPEN)
        return order.index(states[exercise.id]) + waits * (states[exercise.id] is State.OPEN)

    undone = [exercise for exercise, standing in rows if standing.state is not State.PASSED]
    return min(undone, key=rank, default=None)


def as_data(rows: Sequence[tuple[Exercise, Standing]]) -> dict[str, Any]:
    """Return the map as data for `--json`."""
    following = next_of(rows)
    return {
        "version": 1,
        "next": following.id if following else None,
        "tracks": [{"track": track, **_progress(members)} for track, members in _by_track(rows)],
        "exercises": [
            {
                "id": exercise.id,
                "place": place,
                "title": exercise.title,
                "summary": exercise.summary,
                "track": exercise.track,
                "minutes": exercise.minutes,
                "requires": exercise.requires,
                "state": standing.state,
                "attempts": standing.attempts,
                "score": standing.score,
                "best": standing.best,
            }
            for place, (exercise, standing) in enumerate(rows, start=1)
        ],
    }


def _by_track(
    rows: Sequence[tuple[Exercise, Standing]],
) -> Iterator[tuple[Track, list[tuple[Exercise, Standing]]]]:
    for track in Track:
        if members := [row for row in rows if row[0].track is track]:
            yield track, members


def _progress(members: Sequence[tuple[Exercise, Standing]]) -> dict[str, Any]:
    """Return how far a track is: exercises, minutes and points, of the best submissions."""
    return {
        "passed": sum(standing.state is State.PASSED for _, standing in members),
        "exercises": len(members),
        "minutes": tuple(sum(exercise.minutes[i] for exercise, _ in members) for i in (0, 1)),
        "earned": sum(standing.best.earned for _, standing in members if standing.best),
        "possible": sum(exercise.possible for exercise, _ in members),
    }


def _track_cells(
    track: Track, members: Sequence[tuple[Exercise, Standing]]
) -> Iterator[RenderableType]:
    facts = _progress(members)
    done = tr("{done} of {of}", done=facts["passed"], of=facts["exercises"])
    yield Text.assemble(
        (tr(_TRACKS[track]), "bold"),
        (f" {done}", "dim"),
        no_wrap=True,
    )
    yield bar(facts["earned"], facts["possible"])
    yield Text("{}-{}".format(*facts["minutes"]), "dim")
    yield Text()
    yield Text(f"{points(facts['earned'])}/{points(facts['possible'])}", "dim")


def _states(rows: Sequence[tuple[Exercise, Standing]]) -> Iterator[tuple[str, State]]:
    return ((exercise.id, standing.state) for exercise, standing in rows)


def _place(exercise_id: str, rows: Sequence[tuple[Exercise, Standing]]) -> int | None:
    places = (i for i, (exercise, _) in enumerate(rows, start=1) if exercise.id == exercise_id)
    return next(places, None)


def _before(exercise: Exercise, rows: Sequence[tuple[Exercise, Standing]], *, by_name: bool) -> str:
    """Return what comes before *exercise* and is not passed yet, by name or by place."""
    states = dict(_states(rows))
    missing = [n for n in exercise.requires if states.get(n, State.PASSED) is not State.PASSED]
    return ", ".join(n if by_name else str(_place(n, rows) or n) for n in missing)


def _advice(exercise: Exercise, state: State) -> str:
    verb = {State.OPEN: "start", State.READY: "submit"}.get(state, "check")
    return f"grade {verb} {exercise.id}"


def _scores(standing: Standing) -> str:
    """Return the last score and, where there was a better one, that in brackets."""
    last, best = standing.score, standing.best
    if last is None:
        return ""
    better = f" ({points(best.earned)})" if best and best.earned > last.earned else ""
    return f"{points(last.earned)}/{points(last.possible)}{better}"
