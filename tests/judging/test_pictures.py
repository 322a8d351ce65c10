"""A check's own pictures stand beside its words, and never in their way."""

from __future__ import annotations

import pytest
import torch

from autograder.judging.comparison import Mismatch, require
from autograder.judging.findings import Finding
from autograder.judging.pictures import by_rows, on_a_bowl, pictured
from autograder.results.picture import Batches, Curves, Path
from autograder.results.verdict import Verdict

_CURVES = Curves((1.0,), (2.0,))


def test_a_mismatch_gets_its_picture():
    """Its words stay as they are."""
    with pytest.raises(Mismatch, match="wrong") as caught, pictured(lambda _: _CURVES, 1):
        require(False, "wrong")

    assert caught.value.picture == _CURVES


def test_nothing_is_drawn_where_all_is_well():
    """A picture may cost a run of student code."""
    with pictured(pytest.fail):
        require(True, "right")


@pytest.mark.parametrize("trouble", [Finding(Verdict.FAILED, "it raised"), Mismatch("other")])
def test_where_a_picture_fails_the_words_stand_alone(trouble):
    """What is told is what was found first."""

    def make():
        raise trouble

    with pytest.raises(Mismatch, match="wrong"), pictured(make):
        require(False, "wrong")


def test_rows_are_numbered_as_they_come():
    """Labels do not matter, unknown rows are -1, and so is what has another shape."""
    x = torch.arange(8.0).reshape(4, 2)
    expected = [(x[:2], torch.zeros(2)), (x[2:], torch.zeros(2))]
    actual = [(x[[0, 2]], None), (torch.full((1, 2), 9.0), None), x[3:], (x[0],), "text", ()]

    assert by_rows(actual, expected) == Batches(
        yours=((0, 2), (-1,), (3,), (-1, -1), (), ()), expected=((0, 1), (2, 3))
    )


@pytest.mark.parametrize("actual", [None, torch.ones(3), "ab", {}])
def test_what_are_no_batches_is_no_picture(actual):
    """It says nothing about rows."""
    assert by_rows(actual, [torch.ones(2, 2)]) is None


class _Walker:
    def __init__(self, way):
        self.way = way

    def run(self, _probe, **_inputs):
        return self.way

    aside = run


def test_two_ways_go_down_one_bowl():
    """What is not finite is left out."""
    yours = torch.tensor([[1.0, 2.0], [float("inf"), 0.0]])
    expected = torch.tensor([[1.0, 2.0]])

    found = on_a_bowl(_Walker(yours), _Walker(expected), print, (1.0, 6.0))

    assert found == Path(((1.0, 2.0), (None, 0.0)), ((1.0, 2.0),), (1.0, 6.0))


@pytest.mark.parametrize("way", [None, torch.ones(3), torch.ones(3, 3)])
def test_what_is_no_way_is_no_picture(way):
    """Whatever a program makes of the probe's points."""
    assert on_a_bowl(_Walker(way), _Walker(torch.ones(3, 2)), print, (1.0, 6.0)) is None
