"""Add verdicts up: parts, and the whole. Pure functions, no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.course.exercise import PARTS
from autograder.results.report import PartScore, Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.results.report import CheckReport

__all__ = ["parts_of", "total_of"]


def parts_of(verdicts: Sequence[CheckReport]) -> tuple[PartScore, ...]:
    """Return earned and possible points of every part that has checks, in the usual order."""
    rows = []
    for part in PARTS:
        own = [v for v in verdicts if v.part == part]
        if own:
            earned, possible = sum(v.earned for v in own), sum(v.possible for v in own)
            rows.append(PartScore(part=part, earned=earned, possible=possible))
    return tuple(rows)


def total_of(parts: Sequence[PartScore]) -> Score:
    """Return the score of the whole submission."""
    return Score(earned=sum(p.earned for p in parts), possible=sum(p.possible for p in parts))
