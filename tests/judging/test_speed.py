"""The decision of a speed check is a pure function of samples, with the error rates it promises."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.judging.speed import (
    FAILS_WRONGLY,
    FAR,
    PASSES_EARLY,
    Decision,
    decide,
    evidence,
    interval,
)

LIMIT = 5.0
NOISE = json.loads((Path(__file__).parents[1] / "data" / "speed_noise.json").read_text())

counts = st.integers(0, 60)


def drawn(noise, truth, rng):
    """Yield ratios of an implementation that truly takes *truth* times as long, with real noise.

    Noise is drawn in runs as it was recorded, since what is busy now is busy in a moment, too.
    """
    while True:
        series = rng.choice(noise)
        start = rng.randrange(len(series))
        yield from (truth * x for x in series[start:])


def judged(ratios, most=60):
    """Return the decision that *ratios* lead to, sampled one by one."""
    taken = []
    for ratio in ratios:
        taken.append(ratio)
        decision = decide(taken, LIMIT)
        if decision is not Decision.OPEN or len(taken) == most:
            return decision
    raise AssertionError


def test_it_passes_after_five_below_and_not_before():
    """Five pairs below the limit decide, four do not."""
    assert decide([2.0] * 4, LIMIT) is Decision.OPEN
    assert decide([2.0] * 5, LIMIT) is Decision.FAST


def test_it_fails_after_thirteen_above_and_not_before():
    """A student is failed on thirteen pairs above the limit, not on twelve."""
    assert decide([6.0] * 12, LIMIT) is Decision.OPEN
    assert decide([6.0] * 13, LIMIT) is Decision.SLOW


def test_what_is_far_above_is_failed_sooner():
    """A pair that is hopelessly slow counts as three."""
    assert decide([FAR * LIMIT * 1.01] * 5, LIMIT) is Decision.SLOW
    assert decide([FAR * LIMIT * 0.99] * 5, LIMIT) is Decision.OPEN


def test_a_wild_sample_decides_nothing():
    """One sample of infinity among good ones does not fail anybody."""
    assert decide([2.0, math.inf, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0], LIMIT) is Decision.FAST


def test_samples_at_the_limit_itself_decide_nothing():
    """At the limit is neither below nor above."""
    assert decide([LIMIT] * 50, LIMIT) is Decision.OPEN


@given(counts, counts)
def test_the_capital_is_that_of_the_stated_integral(wins, losses):
    """The sum of binomial coefficients is the integral of the docstring."""
    steps = 4000
    p = [0.5 + 0.5 * (i + 0.5) / steps for i in range(steps)]
    integral = sum(2 * (2 * x) ** wins * (2 * (1 - x)) ** losses for x in p) * 0.5 / steps

    assert evidence(wins, losses) == pytest.approx(integral, rel=2e-3)


@given(counts, counts)
def test_the_capital_is_a_fair_game(wins, losses):
    """At even odds the next pair changes the capital by nothing on average: a martingale."""
    after = (evidence(wins + 1, losses) + evidence(wins, losses + 1)) / 2

    assert after == pytest.approx(evidence(wins, losses))


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=60), st.floats(0.1, 50))
def test_decision_and_interval_agree(ratios, limit):
    """It is fast exactly where the confidence interval lies below the limit."""
    assume(limit not in ratios)  # a sample at the limit is on neither side
    found = interval(ratios, PASSES_EARLY)

    assert found.low <= found.ratio <= found.high
    assert (decide(ratios, limit) is Decision.FAST) == (found.high < limit)
    if not any(x > FAR * limit for x in ratios):
        low = interval(ratios, FAILS_WRONGLY).low
        assert (decide(ratios, limit) is Decision.SLOW) == (low > limit)


@given(st.lists(st.floats(0.01, 100), max_size=60), st.randoms())
def test_the_order_of_the_samples_does_not_matter(ratios, shuffler):
    """It is a function of the set of samples."""
    other = list(ratios)
    shuffler.shuffle(other)

    assert decide(ratios, LIMIT) is decide(other, LIMIT)


def test_at_the_limit_itself_hardly_anybody_is_failed():
    """Of 20,000 whose median lies at the limit, at most one in a thousand is failed."""
    rng = random.Random(1)

    failed = sum(
        judged(LIMIT * math.exp(rng.gauss(0, 0.5)) for _ in range(60)) is Decision.SLOW
        for _ in range(20_000)
    )

    assert failed <= 20_000 * FAILS_WRONGLY


@pytest.mark.parametrize("noise", ["idle", "loaded"])
def test_with_recorded_noise_nobody_is_judged_wrongly(noise):
    """Of 20,000 at two thirds of the limit none fails; of 20,000 at twice the limit none passes.

    The noise is of real pairs of one and the same code, on an idle machine and beside three busy
    processes on two cores (benchmarks/bench_speed_gate.py records it).
    """
    rng = random.Random(2)

    right = [judged(drawn(NOISE[noise], LIMIT / 1.5, rng)) for _ in range(20_000)]
    slow = [judged(drawn(NOISE[noise], 2 * LIMIT, rng)) for _ in range(20_000)]

    assert right.count(Decision.SLOW) == 0
    assert slow.count(Decision.FAST) == 0


def test_no_recorded_noise_is_as_large_as_the_bet_allows():
    """No pair of one and the same code came near the ratio that counts as three."""
    every = [x for kind in NOISE.values() for series in kind for x in series]

    assert sum(x > FAR for x in every) <= len(every) / 8
