"""What goes into the ledger and what it says about each submission, as plain facts."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from autograder.submission.intake import HandedIn

__all__ = ["Entry", "Incoming", "Regrade", "Taken", "Versions", "digest_of"]


def digest_of(content: bytes) -> str:
    """Return the digest of *content* as the ledger keeps it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A submission that is to be taken in."""

    student: str
    exercise: str
    handed_in: HandedIn
    received_at: datetime | None = None
    """When it was handed in, where somebody says so."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an incoming submission: its number here, and whether it is a new attempt."""

    id: int
    attempt: int
    is_new: bool


class Versions(msgspec.Struct, frozen=True):
    """The digest of an exercise, suite and all, and the engine: what a report depends on."""

    course: str
    engine: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One submission and where it stands; `versions` are those of its newest report or reason."""

    id: int
    student: str
    exercise: str
    attempt: int
    digest: str
    received_at: datetime
    has_time: bool
    versions: Versions | None = None
    graded_at: datetime | None = None
    earned: float = 0.0
    possible: float = 0.0
    gradable: bool = False
    errored: bool = False
    passed: bool = False
    reason: str | None = None
    """Why there is no report that counts; None where there is one, or nothing was tried yet."""

    @property
    def is_graded(self) -> bool:
        """Whether there is a report, and not of trouble that the grader had."""
        return self.graded_at is not None and not self.errored and self.reason is None


class Regrade(msgspec.Struct, frozen=True, kw_only=True):
    """Where a regrade stands that has begun."""

    began_at: datetime
    newest: int
    """The newest submission when it began; those after it are no part of it."""
    done: frozenset[int]
    """The submissions that got a report or a reason since."""
