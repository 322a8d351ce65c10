"""Difficulty, discrimination and distributions, for whatever numbers there are."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.survey.facts import BINS
from autograder.survey.measures import FEWEST, bins_of, discrimination, distribution, share

_SHARES = st.floats(0, 1)
_ROWS = st.lists(st.tuples(st.booleans(), _SHARES), min_size=FEWEST, max_size=60)


@given(_ROWS)
def test_discrimination_is_the_correlation_or_nothing(rows):
    """It is Pearson's r of passing and the rest, from -1 to 1; None where one does not vary."""
    passed, rest = map(list, zip(*rows, strict=True))

    found = discrimination(passed, rest)

    rounded = [round(value, 9) for value in rest]
    if len({*passed}) == 1 or len({*rounded}) == 1:
        assert found is None
    else:
        assert -1 <= found <= 1
        assert found == pytest.approx(np.corrcoef(passed, rounded)[0, 1], abs=1e-6)


@given(_ROWS)
def test_discrimination_turns_round_with_the_outcome(rows):
    """Had everybody done the opposite, it would be its negative."""
    passed, rest = map(list, zip(*rows, strict=True))

    found = discrimination(passed, rest)
    other = discrimination([not p for p in passed], rest)

    assert (found is None) == (other is None)
    assert found is None or found == pytest.approx(-other, abs=1e-9)


def test_a_check_that_only_the_best_pass_tells_all_there_is():
    """Where the others' score splits exactly as the check does, the correlation is 1."""
    passed = [True] * 5 + [False] * 5

    assert discrimination(passed, [1.0] * 5 + [0.2] * 5) == pytest.approx(1)


def test_few_students_give_no_discrimination():
    """With nine it would be mostly chance."""
    passed = [True, False] * 5

    assert discrimination(passed[:9], [0.9, 0.1] * 4 + [0.5]) is None
    assert discrimination(passed, [0.9, 0.1] * 5) is not None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_a_distribution_is_in_order(values):
    """Extremes, quartiles and mean lie where they must."""
    found = distribution(values)

    slack = 1e-9 * max(1.0, *map(abs, values))
    ladder = [found.low, found.lower, found.median, found.upper, found.high]
    assert found.n == len(values)
    assert all(a <= b + slack for a, b in itertools.pairwise(ladder))
    assert (found.low, found.high) == (min(values), max(values))
    assert found.low <= found.mean <= found.high
    assert found.median == pytest.approx(np.median(values), abs=slack)


def test_nothing_has_no_distribution():
    """An exercise whose attempts do not count has no scores."""
    assert distribution([]) is None


@given(st.lists(_SHARES, max_size=60))
def test_every_share_is_in_one_bin(shares):
    """The bins count each once, 0 in the first and 1 in the last."""
    found = bins_of(shares)

    assert len(found) == BINS
    assert sum(found) == len(shares)
    assert found[0] >= shares.count(0.0)
    assert found[-1] >= shares.count(1.0)


def test_a_tenth_belongs_to_the_bin_that_it_begins():
    """0.3 of the points is in the fourth bin, though 0.3 * 10 is a little less in binary."""
    assert [bins_of([k / 10]).index(1) for k in range(10)] == list(range(10))


@given(st.floats(-10, 1e6), st.floats(0, 1e6))
def test_a_share_is_from_0_to_1(part, whole):
    """Also where nothing is to be had."""
    found = share(part, whole)

    assert 0 <= found <= 1
    assert not math.isnan(found)
