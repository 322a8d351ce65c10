"""A terminal shows which rows came, and how a curve runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.results.layout import Symbols
from autograder.results.picture import Batches, Curves, Matrices
from autograder.results.spark import in_lines

_SIGNS = Symbols(ascii_only=False)


def test_batches_are_rows_between_bars():
    """A row that the dataset does not have is a question mark."""
    picture = Batches(yours=((0, 1), (2, -1)), expected=((0, 1), (2, 3)))

    assert list(in_lines(picture, 60, _SIGNS)) == [
        "yours     0 1 │ 2 ?",
        "expected  0 1 │ 2 3",
    ]


def test_curves_share_one_scale():
    """What is the same height looks the same in both."""
    picture = Curves(yours=(0.0, 1.0, None, 1.0), expected=(0.0, 0.5, 0.0, 1.0))

    yours, expected = in_lines(picture, 60, _SIGNS)

    assert yours == "yours     ▁█ █"
    assert expected.startswith("expected  ▁")
    assert expected.endswith("█")


def test_without_such_signs_heights_are_digits():
    """A plain terminal shows it as well."""
    picture = Curves(yours=(0.0, 9.0, 5.0, 0.0), expected=(0.0,) * 4)

    assert next(in_lines(picture, 60, Symbols(ascii_only=True))) == "yours     0950"


@pytest.mark.parametrize("picture", [None, Matrices(((1.0,),), ((2.0,),)), Curves((1.0,), (1.0,))])
def test_what_a_terminal_shows_badly_is_not_shown(picture):
    """The words beside it say it better."""
    assert list(in_lines(picture, 60, _SIGNS)) == []


_VALUES = st.lists(st.none() | st.floats(-1e300, 1e300), min_size=1, max_size=50).map(tuple)


@given(_VALUES, _VALUES, st.integers(1, 200))
def test_lines_fit(yours, expected, width):
    """Whatever was measured."""
    for line in in_lines(Curves(yours, expected), width, _SIGNS):
        assert len(line) <= max(width, 11)
