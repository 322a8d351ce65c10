"""A survey as tables: one CSV file for each kind of row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.results.spreadsheet import to_csv
from autograder.survey.facts import BINS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autograder.survey.facts import Distribution, Survey

__all__ = ["to_tables"]

_OF_A_SPREAD = ("mean", "low", "lower", "median", "upper", "high")
_OF_AN_EXERCISE = (
    "exercise",
    "title",
    "students",
    "attempts",
    "not_gradable",
    "without",
    "late",
    "passed",
    "possible",
)
_OF_A_CHECK = (
    "check",
    "device",
    "part",
    "title",
    "judged",
    "passed",
    "share",
    "discrimination",
)
_OF_A_MISTAKE = ("mistake", "sentence", "students", "still")
_OF_A_SPEED = ("check", "device", "reference", "limit")


def to_tables(survey: Survey) -> Mapping[str, str]:
    """Return every file of the survey, by its name."""
    bins = tuple(f"to_{(k + 1) * 100 // BINS}_percent" for k in range(BINS))
    return {
        "exercises.csv": to_csv((*_OF_AN_EXERCISE, *_OF_A_SPREAD, *bins), _exercises(survey)),
        "checks.csv": to_csv(("exercise", *_OF_A_CHECK), _each(survey, "checks", _OF_A_CHECK)),
        "mistakes.csv": to_csv(
            ("exercise", *_OF_A_MISTAKE), _each(survey, "mistakes", _OF_A_MISTAKE)
        ),
        "passing.csv": to_csv(("exercise", "attempt", "students"), _passing(survey)),
        "speeds.csv": to_csv(("exercise", *_OF_A_SPEED, "ratio"), _speeds(survey)),
    }


def _exercises(survey: Survey) -> Iterator[tuple[object, ...]]:
    for one in survey.exercises:
        facts = (getattr(one, name) for name in _OF_AN_EXERCISE)
        yield (*facts, *_spread(one.scores), *one.bins)


def _each(survey: Survey, rows: str, columns: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    for one in survey.exercises:
        for row in getattr(one, rows):
            yield (one.exercise, *(getattr(row, name) for name in columns))


def _passing(survey: Survey) -> Iterator[tuple[object, ...]]:
    """Yield how many students passed at each attempt; the last row of an exercise is `never`."""
    for one in survey.exercises:
        for attempt, students in enumerate(one.passing.at, start=1):
            yield one.exercise, attempt, students
        yield one.exercise, "never", one.passing.never


def _speeds(survey: Survey) -> Iterator[tuple[object, ...]]:
    for one in survey.exercises:
        for speed in one.speeds:
            facts = tuple(getattr(speed, name) for name in _OF_A_SPEED)
            yield from ((one.exercise, *facts, ratio) for ratio in speed.ratios)


def _spread(spread: Distribution | None) -> tuple[object, ...]:
    return tuple(getattr(spread, name, None) for name in _OF_A_SPREAD)
