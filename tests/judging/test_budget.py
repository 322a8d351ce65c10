"""Budgets: counts of a probe, held against what is allowed."""

from __future__ import annotations

import pytest

from autograder.judging.budget import assert_budget
from autograder.judging.comparison import Mismatch

TOLD = "one step ran {} operations per parameter"


def test_a_count_at_the_limit_passes():
    """What is allowed is allowed to the last operation."""
    assert_budget(1200, at_most=6, count=200, told=TOLD)


def test_a_count_above_the_limit_is_told_for_each():
    """The sentence gives the number for each parameter, and what is allowed."""
    with pytest.raises(Mismatch, match=r"ran 384 operations per parameter; 6 are allowed"):
        assert_budget(76_800, at_most=6, count=200, told=TOLD)


@pytest.mark.parametrize("forged", [None, "0", float("nan"), -1, [0], True])
def test_what_is_no_count_is_refused(forged):
    """A worker may send anything in the place of a count; it never passes."""
    with pytest.raises(Mismatch, match="is no number"):
        assert_budget(forged, at_most=6, told=TOLD)


def test_the_hint_of_a_budget_replaces_the_checks():
    """A budget may say more than its check."""
    with pytest.raises(Mismatch) as caught:
        assert_budget(2, at_most=1, told=TOLD, hint="look here")

    assert caught.value.hint == "look here"
