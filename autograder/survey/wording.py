"""What terminal and page say of a survey in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.results.badge import times
from autograder.results.layout import count, points
from autograder.results.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.survey.facts import Distribution, ExerciseFacts, Passing, SpeedFacts

__all__ = ["in_words", "listed_attempts", "percent", "speed_in_words", "spread_of"]

_DAY = 24
_LISTED = 6


def in_words(one: ExerciseFacts) -> Iterator[str]:
    """Yield who handed in, what could not be graded, and where the scores lie."""
    handed_in = f"{count(one.students, 'student')} handed in, {count(one.attempts, 'attempt')}"
    asides = [
        f"{one.not_gradable} could not be graded" if one.not_gradable else "",
        f"no attempt of {one.without} counts" if one.without else "",
        f"{one.late} late" if one.late else "",
    ]
    yield f"{'; '.join(filter(None, [handed_in, *asides]))}."
    if one.scores:
        judged = one.students - one.without
        said = f"{one.passed} of {judged} passed every check."
        if one.scores.n == 1:
            yield f"{said} {points(one.scores.mean)} of {points(one.possible)} points."
            return
        said += f" Points, of {points(one.possible)}: mean {points(one.scores.mean)}, "
        yield f"{said}{spread_of(one.scores, points)}."


def spread_of(spread: Distribution, shown: Callable[[float], str]) -> str:
    """Return the median of *spread* and, where there is more than one value, where the rest lies."""
    if spread.n == 1:
        return shown(spread.median)
    middle = f"{shown(spread.lower)} to {shown(spread.upper)}"
    whole = f"{shown(spread.low)} to {shown(spread.high)}"
    return f"median {shown(spread.median)}, the middle half {middle}, all {whole}"


def speed_in_words(speed: SpeedFacts) -> str:
    """Return how fast the submissions were in one speed check, and what is allowed."""
    spread = spread_of(speed.spread, times)
    return (
        f"{one_line(speed.title)} {spread[0].upper()}{spread[1:]} the time of "
        f"{one_line(speed.reference)}; at most {times(speed.limit)} is allowed."
    )


def listed_attempts(passing: Passing) -> str:
    """Return how many passed at which attempt, how many did not, and how long it took."""
    first = passing.at[:_LISTED]
    said = [f"{n} at the {_ordinal(k)}" for k, n in enumerate(first, start=1) if n]
    later = sum(passing.at[_LISTED:])
    said += [f"{later} later"] if later else []
    said += [f"{passing.never} not yet"] if passing.never else []
    text = f"{', '.join(said)}."
    if passing.hours and passing.hours.high > 0:
        text += f" Those who tried again took {_span(passing.hours.median)} (median)."
    return text


def percent(part: int, whole: int) -> str:
    """Return a share as whole percent; it is 0 % or 100 % only where that is exact."""
    if not whole:
        return ""
    shown = round(100 * part / whole)
    if part and not shown:
        shown = 1
    return f"{99 if shown == 100 and part < whole else shown} %"  # noqa: PLR2004


def _ordinal(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")


def _span(hours: float) -> str:
    if hours >= 2 * _DAY:
        return f"{hours / _DAY:.1f} days"
    return f"{hours:.1f} hours" if hours >= 1 else f"{hours * 60:.0f} minutes"
