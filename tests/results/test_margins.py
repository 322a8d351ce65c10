"""Margins of speed limits: what is too tight, what too loose, and what is kept."""

from __future__ import annotations

import pytest

from autograder.results import margins
from autograder.results.margin_plot import draw
from autograder.results.margins import FASTEST, Calibration, Estimate, Margin


def margin(right=(1.0, 1.1, 1.2), slow=(20.0, 21.0, 22.0), limit=5.0):
    """Return the margin of a check with one right spelling and one slow mistake."""
    estimates = [Estimate(name="solution", is_right=True, idle=right, loaded=right)]
    if slow:
        estimates.append(Estimate(name="loops", is_right=False, idle=slow, loaded=slow))
    return Margin(check="it_keeps_up", limit=limit, reference="torch", estimates=tuple(estimates))


def calibration(exercise="adder", **facts):
    """Return the calibration of an exercise."""
    return Calibration(
        exercise=exercise, course="sha256:1", measured_at="2026", margins=(margin(**facts),)
    )


def test_a_limit_with_room_on_both_sides_is_right():
    """Nothing is said about it."""
    assert margin().findings == ()


def test_a_limit_near_a_right_solution_is_too_tight():
    """Half as much again must be allowed."""
    (finding,) = margin(right=(3.4, 3.5, 3.6)).findings

    assert "too tight" in finding


def test_a_limit_near_a_slow_mistake_is_too_loose():
    """The mistake must be half as much again above it."""
    (finding,) = margin(slow=(7.0, 7.1, 7.2)).findings

    assert "too loose" in finding


def test_a_limit_that_no_mistake_fails_is_a_finding():
    """A check that cannot fail proves nothing."""
    (finding,) = margin(slow=()).findings

    assert "no slow mistake is known" in finding


def test_one_wild_estimate_is_no_finding():
    """Medians count."""
    assert margin(right=(1.0, 1.1, 40.0)).findings == ()


def test_what_is_kept_is_found_again(tmp_path):
    """Writing one exercise leaves the others."""
    path = tmp_path / "kept.json"
    margins.write(path, [calibration("adder")])
    margins.write(path, [calibration("doubler")])

    assert margins.read(path) == {n: calibration(n) for n in ("adder", "doubler")}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 2, "exercises": {}}', "nonsense"])
def test_what_cannot_be_read_is_as_good_as_nothing(tmp_path, text):
    """A broken file is measured anew, and stops nobody."""
    path = tmp_path / "kept.json"
    path.write_text(text)

    assert margins.read(path) == {}


def test_the_fastest_right_spelling_stands_beside_a_speed():
    """A student sees what would be possible."""
    assert margins.beside(calibration(), "it_keeps_up") == {FASTEST: 1.1}
    assert margins.beside(calibration(), "another") == {}
    assert margins.beside(None, "it_keeps_up") == {}


def test_margins_are_drawn_as_a_png():
    """The picture is one that a viewer opens."""
    assert draw(calibration()).startswith(b"\x89PNG")
