"""How fast a submission was is told in one line, and drawn in another."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.results.badge import badge, strip
from autograder.results.layout import Symbols
from autograder.results.report import Speed

SIGNS = Symbols(ascii_only=False)
PLAIN = Symbols(ascii_only=True)


def speed(**facts):
    """Return what a speed check measured."""
    usual = {
        "ratio": 2.05,
        "low": 1.98,
        "high": 2.11,
        "limit": 5.0,
        "samples": 5,
        "conclusive": True,
        "reference": "torch",
        "ratios": (1.98, 2.0, 2.05, 2.1, 2.11),
    }
    return Speed(**{**usual, **facts})


def test_the_badge_names_yours_the_reference_and_the_limit():
    """Everybody's time stands beside yours."""
    assert badge(speed()) == "yours 2×, torch 1×; at most 5× is allowed"


def test_the_badge_names_the_fastest_that_is_known():
    """What was calibrated on this machine is shown, too."""
    assert "torch 1×, the fastest we know 0.37×" in badge(
        speed(beside={"the fastest we know": 0.371})
    )


def test_the_badge_says_when_nothing_was_decided():
    """Who passes because the machine was busy is told so."""
    assert "too close to tell on this machine, so it passes" in badge(speed(conclusive=False))


def test_samples_reference_and_limit_are_in_their_order():
    """Left is faster: the reference, then the samples, then the limit."""
    line = strip(speed(), 40, PLAIN)

    assert line.index("+") < line.index("*") < line.index("|")


def test_what_is_faster_than_the_reference_is_left_of_it():
    """A foreach spelling stands to the left of torch."""
    line = strip(speed(ratio=0.3, ratios=(0.3, 0.31)), 40, PLAIN)

    assert line.index("*") < line.index("+") < line.index("|")


def test_what_is_too_slow_is_right_of_the_limit():
    """A failed check shows by how far."""
    line = strip(speed(ratio=20.0, ratios=(19.0, 20.0)), 40, PLAIN)

    assert line.index("+") < line.index("|") < line.index("*")


@example(ratios=[], limit=0.1, width=16, ascii_only=False)
@given(
    st.lists(st.floats(1e-6, 1e6), max_size=40),
    st.floats(0.1, 100),
    st.integers(1, 200),
    st.booleans(),
)
def test_the_strip_fits_whatever_was_measured(ratios, limit, width, ascii_only):
    """Every sample has its place, and the line its width."""
    line = strip(speed(ratios=tuple(ratios), limit=limit), width, Symbols(ascii_only=ascii_only))

    assert len(line) == width


@pytest.mark.parametrize("wild", [0.0, math.inf])
def test_a_sample_that_is_no_ratio_does_not_break_the_strip(wild):
    """Reports come from files, too."""
    assert len(strip(speed(ratios=(wild, 1.0)), 30, SIGNS)) == 30


def test_suspicion_is_kept_from_students(reports):
    """Staff see it, the student does not."""
    found = msgspec.structs.replace(reports.check("fast"), speed=speed(suspicious=True))
    report = reports.of(found)

    assert report.verdicts[0].speed.suspicious
    assert not report.for_student().verdicts[0].speed.suspicious
