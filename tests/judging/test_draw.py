"""Inputs are drawn from the check's own generator and from nothing else."""

from __future__ import annotations

import numpy as np
import torch

from autograder.judging.draw import draw_labels, draw_normal


def test_normal_numbers_have_the_shape_and_dtype_that_were_asked_for():
    """Float32 unless something else is named; no shape is one number."""
    rng = np.random.default_rng(0)

    assert draw_normal(rng, 2, 3).shape == (2, 3)
    assert draw_normal(rng, 2).dtype == torch.float32
    assert draw_normal(rng, 2, dtype=torch.bfloat16).dtype == torch.bfloat16
    assert draw_normal(rng, 0, 3).shape == (0, 3)


def test_no_shape_gives_a_number_without_dimensions():
    """`draw_normal(rng)` is a tensor of zero dimensions."""
    assert draw_normal(np.random.default_rng(0), *()).shape == ()


def test_labels_are_in_range_and_cover_it():
    """Every class is drawn, and none beyond."""
    labels = draw_labels(np.random.default_rng(0), 1000, 3)

    assert labels.shape == (1000,)
    assert labels.dtype == torch.int64
    assert set(labels.tolist()) == {0, 1, 2}


def test_the_same_generator_gives_the_same_inputs():
    """A regrade sees what the first grading saw."""
    one, two = (draw_normal(np.random.default_rng(7), 5) for _ in range(2))

    assert torch.equal(one, two)


def test_torchs_own_generator_is_left_alone():
    """Inputs neither follow torch's global state nor change it."""
    before = torch.get_rng_state()
    torch.manual_seed(1)
    one = draw_normal(np.random.default_rng(7), 5)
    torch.manual_seed(2)
    two = draw_normal(np.random.default_rng(7), 5)
    torch.set_rng_state(before)

    assert torch.equal(one, two)


def test_normal_numbers_are_standard_normal():
    """Mean 0 and deviation 1, within what ten thousand numbers allow."""
    numbers = draw_normal(np.random.default_rng(0), 10_000)

    assert abs(numbers.mean().item()) < 0.05
    assert abs(numbers.std().item() - 1) < 0.05
