"""What a course says about attempts and feedback: which one counts, how much of it is told.

It stands in `course.toml` at the course's root, which need not be there. Nothing here drops
anything: what came too late or too often is kept, judged and marked.
"""

from __future__ import annotations

import math
import re
import tomllib
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import msgspec

from autograder.errors import CourseError, UnknownExerciseError, did_you_mean
from autograder.language import LANGUAGES, chosen

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.course.catalog import Catalog

__all__ = ["FILE", "Counts", "Rules", "Tells", "Unlocks", "language_of", "told_catalog"]

FILE = "course.toml"
_PER_DAY = re.compile(r"(\d+(?:\.\d+)?) ?(?:%|percent) per day")
_DAY = 24 * 60 * 60


class Counts(StrEnum):
    """Which attempt counts."""

    BEST = "best"
    LAST = "last"


class Tells(StrEnum):
    """How much of the hidden checks a student is told; `results.told` does it."""

    FULL = "full"
    """Everything."""
    HINTS = "hints"
    """Titles, verdicts and hints, but nothing that was observed or expected."""
    TITLES = "titles"
    """Title and verdict of each check."""
    SCORE = "score"
    """The points of each part."""


class Unlocks(StrEnum):
    """What unlocks the hints of a check, beyond the first."""

    AT_ONCE = "at once"
    """Nothing: whoever asks gets the next."""
    BY_ATTEMPTS = "by attempts"
    """Failing: each attempt that fails the check unlocks one more."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of `course.toml`; an unknown key is an error that names the key."""


class _Rules(_Table, frozen=True, kw_only=True):
    counts: Counts = Counts.BEST
    attempts: int | None = None
    """How many judged attempts may count; None is any number."""
    late: str = "mark"
    """`mark`, `refuse`, or how many percent of the points a day costs: `10% per day`."""


class _Feedback(_Table, frozen=True, kw_only=True):
    tells: Tells = Tells.FULL
    hints: Unlocks = Unlocks.AT_ONCE


class _Ledger(_Table, frozen=True, kw_only=True):
    url: str | None = None


class _Course(_Table, frozen=True, kw_only=True):
    language: str | None = None
    """What students are spoken to in; None is that of their machine."""
    rules: _Rules = _Rules()
    feedback: _Feedback = _Feedback()
    ledger: _Ledger = _Ledger()
    deadlines: dict[str, datetime] = {}


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one course."""

    counts: Counts = Counts.BEST
    attempts: int | None = None
    refuses_late: bool = False
    percent_per_day: float = 0.0
    deadlines: dict[str, datetime] = {}
    ledger: str | None = None
    """Where the ledger is, a path from the course's root or a URL; None is the usual place."""
    tells: Tells = Tells.FULL
    hints: Unlocks = Unlocks.AT_ONCE

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """Read the rules of the course *catalog*; without a file they are as lenient as can be.

        Raises:
            CourseError: If `course.toml` is not as it should be; the sentence names the key.
        """
        path = catalog.root / FILE
        try:
            table = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Course)
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
        except (msgspec.ValidationError, ValueError) as error:
            raise CourseError(f"{path}: {_explain(str(error))}") from error
        _validate(table, path, catalog)
        per_day = _PER_DAY.fullmatch(table.rules.late)
        return cls(
            counts=table.rules.counts,
            attempts=table.rules.attempts,
            refuses_late=table.rules.late == "refuse",
            percent_per_day=float(per_day[1]) if per_day else 0.0,
            deadlines=table.deadlines,
            ledger=table.ledger.url,
            tells=table.feedback.tells,
            hints=table.feedback.hints,
        )

    def is_late(self, exercise: str, received_at: datetime) -> bool:
        """Return whether *received_at* is after the deadline of *exercise*, if it has one."""
        deadline = self.deadlines.get(exercise)
        return deadline is not None and received_at > deadline

    def share(self, exercise: str, received_at: datetime) -> float:
        """Return which share of its points an attempt keeps that came at *received_at*."""
        if not self.percent_per_day or not self.is_late(exercise, received_at):
            return 1.0
        late = (received_at - self.deadlines[exercise]).total_seconds()
        return max(0.0, 1.0 - math.ceil(late / _DAY) * self.percent_per_day / 100)


def language_of(root: Path) -> str | None:
    """Return the language that the course at *root* names, if it names one of ours.

    It is read before a command runs, so what else is wrong with the file is for that to say.
    """
    try:
        named = tomllib.loads((root / FILE).read_text(encoding="utf-8")).get("language")
    except (OSError, ValueError):
        return None
    return named if named in LANGUAGES else None


def told_catalog(course: Path | None = None) -> Catalog:
    """Return *course*, or the one around here, in the language in which its students are told.

    That is the command line's choice without a command line: a notebook, nbgrader.
    """
    from autograder.course.catalog import Catalog

    root = Catalog.find(course).root
    return Catalog(root, chosen(None, lambda: language_of(root)))


def _explain(error: str) -> str:
    """Put msgspec's message into a sentence that names the key and the nearest known one."""
    unknown = re.search(r"unknown field `([^`]+)`(?: - at `\$\.?([^`]*)`)?", error)
    if not unknown:
        return f"{error}."
    key, table = unknown.groups()
    tables = {"rules": _Rules, "feedback": _Feedback, "ledger": _Ledger}
    fields = tables.get(table or "", _Course).__struct_fields__
    where = f" in [{table}]" if table else ""
    return f"unknown key {key!r}{where}.{did_you_mean(key, fields)}"


def _validate(table: _Course, path: Path, catalog: Catalog) -> None:
    if table.language not in {None, *LANGUAGES}:
        known = " or ".join(map(repr, LANGUAGES))
        raise CourseError(f"{path}: language is {table.language!r}; it may be {known}.")
    late = table.rules.late
    if late not in {"mark", "refuse"} and not _PER_DAY.fullmatch(late):
        raise CourseError(
            f"{path}: late in [rules] is {late!r}; it may be 'mark', 'refuse' or '10% per day'."
        )
    if table.rules.attempts is not None and table.rules.attempts < 1:
        raise CourseError(f"{path}: attempts in [rules] must be at least 1.")
    for exercise, deadline in table.deadlines.items():
        try:
            _ = catalog[exercise]
        except UnknownExerciseError as error:
            raise CourseError(f"{path}: in [deadlines]: {error}") from error
        if deadline.tzinfo is None:
            raise CourseError(
                f"{path}: the deadline of {exercise!r} has no time zone; "
                f"write for example {deadline.isoformat()}+01:00."
            )
