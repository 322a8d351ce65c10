"""The numbers by which tests are judged: difficulty, discrimination, distributions.

The difficulty of a check is the share that passed it. Its discrimination is the point-biserial
correlation between passing it and the score of the *other* checks (the corrected item-total
correlation: S. Henrysson, "Correction of item-total correlations in item analysis",
Psychometrika 28, 1963, 211-218): without the correction a check would correlate with itself.
R. L. Ebel's rule of thumb (Essentials of Educational Measurement, 1972): from 0.4 very good,
below 0.2 the check tells little, below 0 it is passed by those who did worse.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from autograder.survey.facts import BINS, Distribution

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["FEWEST", "TELLING", "bins_of", "discrimination", "distribution", "share"]

FEWEST = 10
"""With fewer students a correlation is mostly chance, and none is given."""
TELLING = 0.2
"""Below this a check tells little about the rest."""
_DIGITS = 9  # what differs less differs by rounding only


def discrimination(passed: Sequence[bool], rest: Sequence[float]) -> float | None:
    """Return the correlation of *passed* with *rest*, what else each student scored.

    It is None where there are fewer than `FEWEST`, or where nothing varies.
    """
    rounded = [round(value, _DIGITS) for value in rest]
    if len(passed) < FEWEST or len({*passed}) == 1 or len({*rounded}) == 1:
        return None
    found = statistics.correlation([float(p) for p in passed], rounded)
    return min(max(found, -1.0), 1.0)


def distribution(values: Iterable[float]) -> Distribution | None:
    """Return where *values* lie; None where there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    lower, median, upper = (
        statistics.quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else ordered * 3
    )
    mean = min(max(statistics.fmean(ordered), ordered[0]), ordered[-1])
    low, high = ordered[0], ordered[-1]
    return Distribution(
        n=len(ordered), mean=mean, low=low, lower=lower, median=median, upper=upper, high=high
    )


def share(part: float, whole: float) -> float:
    """Return which share of *whole* is *part*, from 0 to 1; 0 of nothing."""
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else 0.0


def bins_of(shares: Iterable[float]) -> tuple[int, ...]:
    """Return how many of *shares* lie in each of `BINS` equal steps from 0 to 1."""
    counts = [0] * BINS
    for one in shares:
        counts[min(int(round(one * BINS, _DIGITS)), BINS - 1)] += 1
    return tuple(counts)
