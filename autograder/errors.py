"""The errors that a person at the terminal can put right.

Everything else that is raised is a bug in the grader. A student's mistake is
neither: it is a verdict, and never leaves a check as an exception.

UserError
├── UnknownExerciseError
├── CourseError            a course folder or an `exercise.toml` is not as it should be
├── WorkspaceError         the student's folder is not as it should be
├── LedgerError            the ledger's database cannot be used
└── IsolationError         this machine cannot give the cage that was asked for
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from autograder.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CourseError",
    "IsolationError",
    "LedgerError",
    "UnknownExerciseError",
    "UserError",
    "WorkspaceError",
    "did_you_mean",
]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `" Did you mean 'x'?"` for the nearest of *known* names, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return tr(" Did you mean {name!r}?", name=near[0]) if near else ""


class UserError(Exception):
    """Something that the person at the terminal can put right; its text is one sentence."""


class UnknownExerciseError(UserError):
    """No exercise of the course has this id."""

    def __init__(self, exercise_id: str, known: Iterable[str]) -> None:
        self.exercise_id = exercise_id
        self.known = tuple(known)
        hint = did_you_mean(exercise_id, self.known) or (
            tr(" The course has: {names}.", names=", ".join(self.known)) if self.known else ""
        )
        named = tr("No exercise named {name!r}.", name=exercise_id)
        super().__init__(f"{named}{hint}")


class CourseError(UserError):
    """A course folder or one of its files is not as it should be."""


class WorkspaceError(UserError):
    """The student's folder is not as it should be."""


class LedgerError(UserError):
    """The ledger's database cannot be used, or does not hold what it should."""


class IsolationError(UserError):
    """This machine cannot give the cage that was asked for."""
