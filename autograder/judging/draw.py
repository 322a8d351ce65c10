"""Draw inputs for probes from a check's own generator (`rng`, a `numpy.random.Generator`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

__all__ = ["draw_labels", "draw_normal"]


def draw_normal(
    rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Return independent N(0, 1) numbers of *shape* and *dtype*."""
    return torch.from_numpy(rng.standard_normal(shape)).to(dtype)


def draw_labels(rng: np.random.Generator, n: int, classes: int) -> Tensor:
    """Return *n* class labels in [0, *classes*), int64, shape (n,)."""
    return torch.from_numpy(rng.integers(0, classes, n))
