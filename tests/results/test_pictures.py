"""Whatever numbers student code gave, there is a picture, and it can be read."""

from __future__ import annotations

import sys
import warnings

import pytest

from autograder.results.picture import Batches, Curves, Matrices, Path
from autograder.results.pictures import draw

_MOST, _LEAST = sys.float_info.max, 5e-324
_EXTREME = {
    "curves": Curves((_MOST, -_MOST, None, _LEAST), (1.0, 2.0, -_MOST, 4.0)),
    "no curve": Curves((None,) * 4, (1.0, 2.0, 3.0, 4.0)),
    "matrices": Matrices(((_MOST, -_MOST), (_LEAST, None)), ((1.0, -_MOST), (_MOST, 0.0))),
    "no matrix": Matrices(((None, None),) * 2, ((0.0, 0.0),) * 2),
    "way": Path(((_MOST, -_MOST), (-_MOST, None)), ((1.0, 1.0), (0.5, 0.5)), (1.0, 6.0)),
    "no way": Path((), (), (1.0, 6.0)),
    "no batches": Batches((), ((0, 1),)),
}


@pytest.mark.parametrize("picture", _EXTREME.values(), ids=_EXTREME)
def test_the_furthest_numbers_are_drawn(picture):
    """What a float can just hold overflows nothing, and stops no feedback."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = draw(picture, "It holds.")

        assert drawing.to_png().startswith(b"\x89PNG")
        assert drawing.to_svg().startswith("<svg")


def test_of_many_rows_those_are_drawn_where_the_orders_part():
    """A loader that never ends is no wall of boxes, and the caption says that there is more."""
    expected = tuple((row, row + 1) for row in range(0, 300, 2))
    yours = (*expected[:100], (7, 8), *expected[101:])

    drawing = draw(Batches(yours, expected), "It holds.")
    svg = drawing.to_svg()

    assert [f">{row}<" in svg for row in (7, 8, 188, 200, 211)] == [True] * 5
    assert ">120<" not in svg
    assert ">230<" not in svg
    assert "Only the rows around the first difference are drawn." in drawing.caption


@pytest.mark.parametrize("yours", [(), ((0, 1),), ((0, 1), (2, 3), (4, 5))])
def test_few_rows_are_drawn_all(yours):
    """Then nothing is said to be left out."""
    drawing = draw(Batches(yours, ((0, 1), (2, 3))), "It holds.")

    assert all(f">{row}<" in drawing.to_svg() for row in range(4))
    assert "Only the rows" not in drawing.caption
