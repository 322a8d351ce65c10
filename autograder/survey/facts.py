"""What a survey finds, as plain facts; no student is named in them."""

from __future__ import annotations

import msgspec

__all__ = [
    "BINS",
    "CheckFacts",
    "Distribution",
    "ExerciseFacts",
    "MistakeFacts",
    "Passing",
    "SpeedFacts",
    "Survey",
]

BINS = 10
"""Into how many equal steps scores are sorted."""


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """Where numbers lie: their count, mean, extremes and quartiles."""

    n: int
    mean: float
    low: float
    lower: float
    """A quarter of them is at most this."""
    median: float
    upper: float
    """A quarter of them is at least this."""
    high: float


class CheckFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One check of an exercise, over the attempts that count."""

    check: str
    title: str
    part: str
    device: str
    judged: int
    """Attempts in which it could run and the grader had no trouble with it."""
    passed: int
    share: float
    """Its difficulty: the share of those that passed. The easier, the larger."""
    discrimination: float | None
    """How well passing it goes with the score of the other checks, from -1 to 1; None where too
    few were judged or nothing varies."""
    verdicts: dict[str, int]


class MistakeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A known mistake."""

    mistake: str
    sentence: str
    students: int
    """Who made it in any attempt."""
    still: int
    """Who has it in the attempt that counts."""


class Passing(msgspec.Struct, frozen=True, kw_only=True):
    """What it took to pass every check."""

    at: tuple[int, ...]
    """How many students passed at their first judged attempt, their second, and so on."""
    never: int
    """Students of whom an attempt was judged and none passed."""
    median: float | None
    """The median number of attempts of those who passed."""
    hours: Distribution | None
    """From the first attempt to the one that passed, of those who needed more than one."""


class SpeedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The speed of all submissions in one speed check, in times of the reference."""

    check: str
    title: str
    device: str
    reference: str
    limit: float
    ratios: tuple[float, ...]
    """The median ratio of every attempt that counts and was timed, ascending."""
    spread: Distribution


class ExerciseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise."""

    exercise: str
    title: str
    students: int
    attempts: int
    not_gradable: int
    """Students whose attempt that counts could not be judged."""
    without: int
    """Students of whom no attempt counts: too late, too many, or the grader had trouble."""
    late: int
    """Students whose attempt that counts was late."""
    passed: int
    """Students whose attempt that counts passed every check."""
    possible: float
    scores: Distribution | None
    """Points of the attempts that count, less what being late costs."""
    shares: tuple[float, ...]
    """The same as shares of the points possible, ascending."""
    bins: tuple[int, ...]
    """How many of the shares lie in each tenth."""
    checks: tuple[CheckFacts, ...]
    mistakes: tuple[MistakeFacts, ...]
    """The commonest first."""
    passing: Passing
    speeds: tuple[SpeedFacts, ...]


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """A class."""

    students: int
    attempts: int
    shares: tuple[float, ...]
    """Every student's share of the points of all these exercises, ascending; what was not handed
    in is worth nothing."""
    bins: tuple[int, ...]
    exercises: tuple[ExerciseFacts, ...]
