"""Scores add up: bounded by what is possible, never less for doing better."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.course.exercise import PARTS
from autograder.results.report import CheckReport, PartScore, Score
from autograder.results.score import parts_of, total_of
from autograder.results.verdict import Verdict


def _check(part, verdict, possible):
    earned = possible if verdict is Verdict.PASSED else 0.0
    return CheckReport(
        check="c", part=part, verdict=verdict, earned=earned, possible=possible, title="C."
    )


_checks = st.lists(
    st.builds(
        _check,
        st.sampled_from(PARTS),
        st.sampled_from(Verdict),
        st.integers(0, 40).map(lambda n: n / 4),
    )
)


def test_parts_are_summed_in_the_usual_order():
    """Whatever the order of the checks; a part without checks has no row."""
    checks = [
        _check("speed", Verdict.PASSED, 1),
        _check("correctness", Verdict.FAILED, 2.5),
        _check("speed", Verdict.TIMED_OUT, 3),
        _check("correctness", Verdict.PASSED, 0.5),
    ]

    assert parts_of(checks) == (
        PartScore(part="correctness", earned=0.5, possible=3.0),
        PartScore(part="speed", earned=1, possible=4),
    )


def test_nothing_is_worth_nothing():
    """No checks, no parts, no points."""
    assert parts_of(()) == ()
    assert total_of(()) == Score(earned=0, possible=0)


@given(_checks)
def test_the_whole_is_the_sum_of_its_checks(checks):
    """Every point is counted once, in one part."""
    total = total_of(parts_of(checks))

    assert total.possible == sum(c.possible for c in checks)
    assert total.earned == sum(c.possible for c in checks if c.verdict is Verdict.PASSED)


@given(_checks)
def test_no_part_and_no_whole_earns_more_than_is_possible(checks):
    """Nor less than nothing."""
    parts = parts_of(checks)

    for score in (*parts, total_of(parts)):
        assert 0 <= score.earned <= score.possible


@given(_checks, st.data())
def test_passing_one_more_check_never_costs(checks, data):
    """The score is monotone, and what is possible stays."""
    if not checks:
        return
    i = data.draw(st.integers(0, len(checks) - 1))
    better = [*checks]
    better[i] = _check(checks[i].part, Verdict.PASSED, checks[i].possible)

    before, after = total_of(parts_of(checks)), total_of(parts_of(better))

    assert after.earned >= before.earned
    assert after.possible == before.possible


@given(_checks)
def test_the_order_of_checks_does_not_matter(checks):
    """Points are multiples of a quarter here, so that sums are exact."""
    assert parts_of(checks) == parts_of(checks[::-1])
