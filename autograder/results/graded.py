"""A submission and its newest report: what reports on a class and exports are made from."""

from __future__ import annotations

from datetime import datetime

import msgspec

from autograder.results.report import Report

__all__ = ["Graded"]


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of one student at one exercise.

    Args:
        student: Whose it is.
        exercise: The exercise's id.
        attempt: Its number for this student and exercise, from 1, in the order of handing in.
        received_at: When it was handed in, with a time zone.
        counts: Whether it is the attempt that counts, as the course says (the best or the last).
        report: The newest report of it.
        late: Whether it came after the deadline.
        over_limit: Whether it came after as many judged attempts as the course lets count.
        share: The share of its points that it keeps, as the course says about being late.
    """

    student: str
    exercise: str
    attempt: int
    received_at: datetime
    counts: bool
    report: Report
    late: bool = False
    over_limit: bool = False
    share: float = 1.0

    @property
    def earned(self) -> float:
        """The points that go into a gradebook: those of the report, less what being late costs."""
        return self.report.score.earned * self.share
