"""What can be seen is drawn; what cannot is left to words, and nothing hostile breaks it."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging.sketch import sketch
from autograder.results.picture import MOST, Curves, Matrices


def test_a_list_of_numbers_becomes_curves():
    """Losses over steps, for instance; what is not finite is left out."""
    found = sketch({"losses": [3.0, 2, math.nan, 1.0]}, {"losses": [3.0, 2.5, 2.0, 1.5]})

    assert found == Curves((3.0, 2.0, None, 1.0), (3.0, 2.5, 2.0, 1.5))


def test_a_matrix_becomes_heat_maps():
    """The first piece that differs, however deep it lies."""
    want = torch.arange(6.0).reshape(2, 3)

    assert sketch([want, (want + 1, 5)], [want, (want, 5)]) == Matrices(
        ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)), ((0.0, 1.0, 2.0), (3.0, 4.0, 5.0))
    )


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (torch.ones(3, 4), torch.ones(4, 3)),
        (torch.ones(4) + 1e-7, torch.ones(4)),
        (torch.zeros(MOST + 1), torch.ones(MOST + 1)),
        (torch.zeros(2, 2, 2), torch.ones(2, 2, 2)),
        (torch.zeros(4, dtype=torch.complex64), torch.ones(4)),
        (torch.zeros(4).to_sparse(), torch.ones(4)),
        (torch.nn.Parameter(torch.zeros(4)), torch.ones(4)),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]),
        ([10**400, 1.0, 1.0, 1.0], [1.0] * 4),
        (["1", "2", "3", "4"], [1.0] * 4),
        ("text", "other"),
        (None, torch.ones(4)),
        ({"a": 1}, {"b": torch.ones(4)}),
    ],
)
def test_what_cannot_be_seen_is_no_picture(actual, expected):
    """Other shapes, too little, too much, or a difference below what the eye can see."""
    assert sketch(actual, expected) is None


_LEAVES = st.none() | st.integers() | st.floats() | st.text() | st.just(torch.ones(4))
_THINGS = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=9,
)


@given(_THINGS, _THINGS)
def test_nothing_breaks_it(actual, expected):
    """The one side comes out of student code."""
    assert sketch(actual, expected) is None or sketch(actual, expected).yours
