"""Compare what a submission did with what it should have done, and say where they differ.

One comparison for every suite: shape, dtype, then values; the sentence names the worst
element with its index and at most five elements. NaN equals NaN at the same place only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Mismatch", "assert_close", "assert_same", "require"]

_SHOWN = 5
# Two right spellings of one formula differ by rounding; these are about 10 ulp of the dtype.
# For long float32 runs name the tolerance: CURRICULUM has measured 9e-4 after 300 Adam steps.
_RTOL = {
    torch.float64: 1e-10,
    torch.float32: 1e-5,
    torch.float16: 4e-3,
    torch.bfloat16: 3e-2,
    torch.complex64: 1e-5,
    torch.complex128: 1e-10,
}
_ATOL = {**_RTOL, torch.float64: 1e-12, torch.float32: 1e-6}


class Mismatch(AssertionError):  # noqa: N818 - it is a finding about a submission, not an error
    """What was observed is not what was expected; its text is safe to show a student."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)


def require(condition: object, message: str, *, hint: str | None = None) -> None:
    """Raise `Mismatch` with *message* unless *condition* is true."""
    if not condition:
        raise Mismatch(message, hint=hint)


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    what: str = "the result",
    hint: str | None = None,
) -> None:
    """Require that *actual* equals *expected* up to rounding, through lists, tuples and dicts.

    Args:
        actual: What was observed in the submission.
        expected: What it should be, of the same structure.
        rtol: Relative tolerance; by default about ten units of the expected dtype's precision.
        atol: Absolute tolerance; likewise.
        what: Name of the compared thing, as the student knows it.
        hint: Replaces the check's own hint when this comparison fails.

    Raises:
        Mismatch: If they differ; the message names shape, dtype or the worst element.
    """
    for problem in _differences(actual, expected, what, rtol, atol):
        raise Mismatch(problem, hint=hint)


def assert_same(
    actual: Any, expected: Any, *, what: str = "the result", hint: str | None = None
) -> None:
    """Require that *actual* equals *expected* exactly, bit for bit but for NaN payloads."""
    assert_close(actual, expected, rtol=0.0, atol=0.0, what=what, hint=hint)


def _differences(
    actual: Any, expected: Any, what: str, rtol: float | None, atol: float | None
) -> Iterator[str]:
    if isinstance(expected, Tensor):
        yield from _tensor_differences(actual, expected, what, rtol, atol)
    elif isinstance(expected, dict):
        yield from _dict_differences(actual, expected, what, rtol, atol)
    elif isinstance(expected, list | tuple):
        yield from _sequence_differences(actual, expected, what, rtol, atol)
    elif isinstance(expected, float) and type(actual) in (int, float):
        got, want = (torch.tensor(float(v), dtype=torch.float64) for v in (actual, expected))
        relative = _RTOL[torch.float64] if rtol is None else rtol
        if not _is_close(got, want, relative, atol or 0.0):
            yield f"{what}: expected {expected!r}, got {actual!r}"
    elif type(actual) is not type(expected) or actual != expected:
        yield f"{what}: expected {_describe(expected)}, got {_describe(actual)}"


def _dict_differences(
    actual: Any, expected: dict[Any, Any], what: str, rtol: float | None, atol: float | None
) -> Iterator[str]:
    if not isinstance(actual, dict):
        yield f"{what}: expected a dict, got {_describe(actual)}"
    elif actual.keys() != expected.keys():
        yield f"{what}: expected the keys {list(expected)}, got {list(actual)}"
    else:
        for key, value in expected.items():
            yield from _differences(actual[key], value, f"{what}[{key!r}]", rtol, atol)


def _sequence_differences(
    actual: Any,
    expected: list[Any] | tuple[Any, ...],
    what: str,
    rtol: float | None,
    atol: float | None,
) -> Iterator[str]:
    if type(actual) is not type(expected):
        yield f"{what}: expected {_describe(expected)}, got {_describe(actual)}"
    elif len(actual) != len(expected):
        yield f"{what}: expected {len(expected)} items, got {len(actual)}"
    else:
        for i, value in enumerate(expected):
            yield from _differences(actual[i], value, f"{what}[{i}]", rtol, atol)


def _tensor_differences(
    actual: Any, expected: Tensor, what: str, rtol: float | None, atol: float | None
) -> Iterator[str]:
    if not isinstance(actual, Tensor):
        yield f"{what}: expected {_describe(expected)}, got {_describe(actual)}"
    elif actual.shape != expected.shape:
        yield f"{what}: expected shape {tuple(expected.shape)}, got {tuple(actual.shape)}"
    elif actual.dtype != expected.dtype:
        yield f"{what}: expected dtype {_name(expected.dtype)}, got {_name(actual.dtype)}"
    else:
        rtol = _RTOL.get(expected.dtype, 0.0) if rtol is None else rtol
        atol = _ATOL.get(expected.dtype, 0.0) if atol is None else atol
        wrong = ~_is_close(actual, expected, rtol, atol)
        if wrong.any():
            yield _worst_elements(actual, expected, wrong, what)


def _is_close(actual: Tensor, expected: Tensor, rtol: float, atol: float) -> Tensor:
    if not (rtol or atol):
        return (actual == expected) | ((actual != actual) & (expected != expected))  # noqa: PLR0124
    return torch.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


def _worst_elements(actual: Tensor, expected: Tensor, wrong: Tensor, what: str) -> str:
    """Say how many elements differ, and show the worst ones with index, got and expected."""
    wide = torch.complex128 if expected.is_complex() else torch.float64
    gap = (actual.to(wide) - expected.to(wide)).abs()
    gap = torch.where(gap.isnan(), torch.inf, gap)  # NaN against a number is the worst there is
    gap = torch.where(wrong, gap, -1.0)
    if not expected.ndim:
        return f"{what}: expected {_number(expected)}, got {_number(actual)}"
    count, total = int(wrong.sum()), expected.numel()
    lines = [f"{what}: {count} of {total} elements differ; the worst:"]
    for flat in gap.flatten().argsort(descending=True, stable=True)[: min(_SHOWN, count)]:
        index = tuple(int(i) for i in torch.unravel_index(flat, expected.shape))
        place = ", ".join(map(str, index))
        got, want = _number(actual[index]), _number(expected[index])
        lines.append(f"  at [{place}]: expected {want}, got {got}")
    return "\n".join(lines)


def _number(element: Tensor) -> str:
    value = element.item()
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _describe(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"a Tensor of shape {tuple(value.shape)} and dtype {_name(value.dtype)}"
    if isinstance(value, list | tuple | dict) and value:
        return f"a {type(value).__name__} of {len(value)}"
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."  # noqa: PLR2004
