"""Decide from samples whether an implementation is fast enough. Pure functions of numbers.

A sample is the ratio of two times that were taken one after the other: the submission's over the
reference's. What is asked of the samples is on which side of the limit their *median* lies, since a
busy machine makes single ratios wild. Nothing is assumed about how they are distributed.

The test is sequential. If the median is at least *limit*, each sample lies below it with a
probability p of at most 1/2; betting on p > 1/2, with the stake spread evenly over all p from 1/2
to 1, then multiplies one's capital by

    M = integral of 2 * (2p)^below * (2(1 - p))^above dp, from 1/2 to 1,

which is on average at most 1 however long one plays. So it ever exceeds 1/a with a probability of
at most a (Ville's inequality), whenever one stops. Turned around, the limits that are not refuted
form a confidence interval of the median that holds at all times at once.

Sources: J. Ville, Étude critique de la notion de collectif, 1939; D. A. Darling and H. Robbins,
Confidence sequences for mean, variance, and median, PNAS 58, 1967; H. Robbins, Statistical methods
related to the law of the iterated logarithm, Ann. Math. Statist. 41, 1970 (mixtures); S. R. Howard
and A. Ramdas, Sequential estimation of quantiles with applications to A/B testing and best-arm
identification, Bernoulli 28, 2022 (quantiles).
"""

from __future__ import annotations

import enum
import math
import statistics
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "FAILS_WRONGLY",
    "FAR",
    "PASSES_EARLY",
    "Decision",
    "Interval",
    "decide",
    "evidence",
    "interval",
]

FAILS_WRONGLY = 0.001
"""Most that a submission whose median ratio is at the limit, or below, is failed with."""
PASSES_EARLY = 0.1
"""Most that one whose median ratio is at the limit, or above, is passed with before time is up.

It may be large: what straddles the limit passes anyway. What lies clearly above does not come near.
"""

FAR = 8.0
"""A sample so many times above the limit counts as three: a bet at odds of 8 to 1.

So that what is hopelessly slow does not take minutes. It is fair if a submission whose median is at
the limit takes eight times as long in at most one pair of eight; no load that we made came near
(benchmarks/README.md).
"""
_VOTES_OF_FAR = 3


class Decision(enum.Enum):
    """What the samples say."""

    FAST = enum.auto()
    """The median ratio is below the limit."""
    SLOW = enum.auto()
    """The median ratio is above the limit."""
    OPEN = enum.auto()
    """The samples do not say it yet."""


class Interval(NamedTuple):
    """Where the median ratio is, and within which bounds."""

    ratio: float
    low: float
    high: float


def decide(ratios: Sequence[float], limit: float) -> Decision:
    """Return on which side of *limit* the median of *ratios* lies, as far as they can say."""
    below = sum(x < limit for x in ratios)
    above = sum(x > limit for x in ratios)
    if evidence(below, above) >= 1 / PASSES_EARLY:
        return Decision.FAST
    far = sum(x > FAR * limit for x in ratios)
    if evidence(above + (_VOTES_OF_FAR - 1) * far, below) >= 1 / FAILS_WRONGLY:
        return Decision.SLOW
    return Decision.OPEN


def evidence(wins: int, losses: int) -> float:
    """Return the capital M of the bet that *wins* come more often than *losses*, from 1 on."""
    games = wins + losses
    # The integral above is a sum, since a binomial tail is an incomplete beta function.
    favourable = sum(math.comb(games + 1, j) for j in range(wins + 1))
    return favourable / ((games + 1) * math.comb(games, wins))


def interval(ratios: Sequence[float], error: float = PASSES_EARLY) -> Interval:
    """Return the median of *ratios* and its confidence interval, each bound wrong at most *error*.

    A bound that too few samples give is 0 or infinite.
    """
    ordered = sorted(ratios)
    n = len(ordered)
    enough = next((k for k in range(n // 2, n + 1) if evidence(k, n - k) >= 1 / error), None)
    low, high = (0.0, math.inf) if enough is None else (ordered[n - enough], ordered[enough - 1])
    return Interval(statistics.median(ordered), low, high)
