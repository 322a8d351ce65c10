"""Pick, from what was observed and what was expected, the piece that is worth a picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from autograder.results.picture import MOST, Curves, Matrices

if TYPE_CHECKING:
    from autograder.results.picture import Picture

__all__ = ["sketch"]

_FEWEST = 4
"""Numbers that a reader would rather see drawn than read."""
_RTOL = 1e-4
_MATRIX = 2
_LARGEST = 2**53  # a float cannot tell greater integers apart


def sketch(actual: Any, expected: Any) -> Picture | None:
    """Return a picture of the first piece in which *actual* visibly differs from *expected*.

    Lists of numbers and vectors become curves, matrices become heat maps; what has another shape
    than expected, too few numbers or too many, becomes nothing.
    """
    if isinstance(expected, Tensor):
        return _of_tensors(actual, expected) if _fits(actual, expected) else None
    if _are_numbers(expected) and _are_numbers(actual):
        got, want = (
            torch.tensor([float(v) for v in side], dtype=torch.float64)
            for side in (actual, expected)
        )
        return _of_tensors(got, want) if _fits(got, want) else None
    if isinstance(expected, dict) and isinstance(actual, dict):
        pairs = [(actual[key], value) for key, value in expected.items() if key in actual]
    elif isinstance(expected, list | tuple) and type(actual) is type(expected):
        pairs = list(zip(actual, expected, strict=False))
    else:
        return None
    return next((found for one, other in pairs if (found := sketch(one, other))), None)


def _are_numbers(value: Any) -> bool:
    return (
        type(value) in (list, tuple)
        and len(value) >= _FEWEST
        and all(type(v) is float or (type(v) is int and abs(v) < _LARGEST) for v in value)
        and any(type(v) is float for v in value)
    )


def _fits(actual: Any, expected: Tensor) -> bool:
    return (
        type(actual) is Tensor
        and not actual.is_nested  # it has no shape
        and actual.layout is expected.layout is torch.strided
        and actual.shape == expected.shape
        and not actual.is_complex()
        and not actual.is_quantized
        and not expected.is_complex()
        and expected.ndim in (1, _MATRIX)
        and _FEWEST <= expected.numel() <= MOST
    )


def _of_tensors(actual: Tensor, expected: Tensor) -> Picture | None:
    got, want = (side.detach().cpu().to(torch.float64) for side in (actual, expected))
    if torch.allclose(got, want, rtol=_RTOL, atol=_RTOL, equal_nan=True):
        return None  # the eye would see nothing
    if want.ndim == 1:
        return Curves(_numbers(got), _numbers(want))
    return Matrices(tuple(map(_numbers, got)), tuple(map(_numbers, want)))


def _numbers(row: Tensor) -> tuple[float | None, ...]:
    return tuple(v if math.isfinite(v) else None for v in row.tolist())
