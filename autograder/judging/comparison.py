"""Compare what a submission did with what it should have done, and say where they differ.

One comparison for every suite: shape, dtype, then values; the sentence names the worst
element with its index and at most five elements. NaN equals NaN at the same place only.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from autograder.course.phrases import told
from autograder.judging.sketch import sketch
from autograder.language import marked, tr, trn
from autograder.sandbox.packing import Opaque

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.results.picture import Picture

__all__ = ["Mismatch", "assert_close", "assert_same", "require"]

_SHOWN = 5
_RESULT = marked("the result")
_WIDEST = 120  # characters of a value that a student reads
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

    def __init__(
        self, message: str, *, hint: str | None = None, picture: Picture | None = None
    ) -> None:
        self.message = message
        self.hint = hint
        self.picture = picture
        super().__init__(message)


def require(
    condition: object, message: str, *, hint: str | None = None, picture: Picture | None = None
) -> None:
    """Raise `Mismatch` with *message*, and *picture* beside it, unless *condition* is true."""
    if not condition:
        raise Mismatch(told(message), hint=hint and told(hint), picture=picture)


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    what: str = _RESULT,
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
    for problem in _differences(actual, expected, told(tr(what)), rtol, atol):
        raise Mismatch(problem, hint=hint and told(hint), picture=sketch(actual, expected))


def assert_same(
    actual: Any, expected: Any, *, what: str = _RESULT, hint: str | None = None
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
    elif isinstance(expected, list | tuple) and not isinstance(expected, Opaque):
        yield from _sequence_differences(actual, expected, what, rtol, atol)
    elif isinstance(expected, float) and type(actual) in (int, float):
        got, want = (torch.tensor(_as_float(v), dtype=torch.float64) for v in (actual, expected))
        yield from (
            _expected(what, repr(expected), _describe(actual))
            for _ in _tensor_differences(got, want, what, rtol, atol)
        )
    elif type(actual) is not type(expected) or actual != expected:
        yield _expected(what, _describe(expected), _describe(actual))


def _expected(what: str, want: str, got: str) -> str:
    return tr("{what}: expected {want}, got {got}", what=what, want=want, got=got)


def _dict_differences(
    actual: Any, expected: dict[Any, Any], what: str, rtol: float | None, atol: float | None
) -> Iterator[str]:
    if not isinstance(actual, dict):
        yield tr("{what}: expected a dict, got {got}", what=what, got=_describe(actual))
    elif actual.keys() != expected.keys():
        yield tr(
            "{what}: expected the keys {want}, got {got}",
            what=what,
            want=_shortened(list(expected)),
            got=_keys_of(actual),
        )
    else:
        for key, value in expected.items():
            yield from _differences(actual[key], value, f"{what}[{_name_of(key)}]", rtol, atol)


def _name_of(key: Any) -> str:
    return repr(told(key) if isinstance(key, str) else key)


def _sequence_differences(
    actual: Any,
    expected: list[Any] | tuple[Any, ...],
    what: str,
    rtol: float | None,
    atol: float | None,
) -> Iterator[str]:
    if type(actual) is not type(expected):
        yield _expected(what, _describe(expected), _describe(actual))
    elif len(actual) != len(expected):
        yield trn(
            "{what}: expected {n} items, got {got}",
            "{what}: expected {n} items, got {got}",
            len(expected),
            what=what,
            got=len(actual),
        )
    else:
        for i, value in enumerate(expected):
            yield from _differences(actual[i], value, f"{what}[{i}]", rtol, atol)


def _tensor_differences(
    actual: Any, expected: Tensor, what: str, rtol: float | None, atol: float | None
) -> Iterator[str]:
    if not isinstance(actual, Tensor):
        yield _expected(what, _describe(expected), _describe(actual))
    elif not _is_plain(actual, expected):
        yield tr(
            "{what}: expected a dense Tensor on {device}, got {got}",
            what=what,
            device=expected.device,
            got=_describe(actual),
        )
    elif actual.shape != expected.shape:
        yield tr(
            "{what}: expected shape {want}, got {got}",
            what=what,
            want=tuple(expected.shape),
            got=tuple(actual.shape),
        )
    elif actual.dtype != expected.dtype:
        yield tr(
            "{what}: expected dtype {want}, got {got}",
            what=what,
            want=_name(expected.dtype),
            got=_name(actual.dtype),
        )
    else:
        rtol = _RTOL.get(expected.dtype, 0.0) if rtol is None else rtol
        atol = _ATOL.get(expected.dtype, 0.0) if atol is None else atol
        wrong = ~_is_close(actual, expected, rtol, atol)
        if wrong.any():
            yield _worst_elements(actual, expected, wrong, what)


def _is_plain(actual: Tensor, expected: Tensor) -> bool:
    """Return whether the values of *actual* can be read, and beside those of *expected*."""
    return (
        actual.layout is expected.layout is torch.strided
        and actual.device == expected.device
        and not actual.is_nested
        and not actual.is_quantized
    )


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # Python's ints have no end
        return torch.inf if value > 0 else -torch.inf


def _is_close(actual: Tensor, expected: Tensor, rtol: float, atol: float) -> Tensor:
    if not (rtol or atol):
        return (actual == expected) | ((actual != actual) & (expected != expected))  # noqa: PLR0124
    return torch.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


def _worst_elements(actual: Tensor, expected: Tensor, wrong: Tensor, what: str) -> str:
    """Say how many elements differ, and show the worst ones with index, got and expected."""
    wide = torch.complex128 if expected.is_complex() else torch.float64
    gap = (actual.to(wide) - expected.to(wide)).abs()
    gap = torch.where(wrong, gap, -1.0)  # NaN, against a number, sorts as the worst there is
    if not expected.ndim:
        want, got = _told_apart(expected, actual)
        return _expected(what, want, got)
    count, total = int(wrong.sum()), expected.numel()
    differ = trn(
        "{what}: {n} of {total} elements differ",
        "{what}: {n} of {total} elements differ",
        count,
        what=what,
        total=total,
    )
    lines = [differ + tr("; the worst:")]
    for flat in gap.flatten().argsort(descending=True, stable=True)[: min(_SHOWN, count)]:
        index = _unravelled(int(flat), expected.shape)
        place = ", ".join(map(str, index))
        want, got = _told_apart(expected[index], actual[index])
        said = tr("at [{place}]: expected {want}, got {got}", place=place, want=want, got=got)
        lines.append(f"  {said}")
    return "\n".join(lines)


def _unravelled(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the index of element number *flat*; torch's own function imports its compiler."""
    index: list[int] = []
    for size in reversed(shape):
        flat, place = divmod(flat, size)
        index.insert(0, place)
    return tuple(index)


def _told_apart(one: Tensor, other: Tensor) -> tuple[str, str]:
    """Return two numbers that differ, with as few digits as show it."""
    for digits in (8, 17):
        texts = _number(one, digits), _number(other, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _number(element: Tensor, digits: int) -> str:
    value = element.item()
    return f"{value:.{digits}g}" if isinstance(value, float | complex) else str(value)


def _name(kind: torch.dtype | torch.layout) -> str:
    return str(kind).removeprefix("torch.")


def _describe(value: Any) -> str:
    if isinstance(value, Tensor):
        return _describe_tensor(value)
    if isinstance(value, list | tuple | dict) and value and not isinstance(value, Opaque):
        return tr("a {kind} of {length}", kind=type(value).__name__, length=len(value))
    return _shortened(value)


def _describe_tensor(value: Tensor) -> str:
    if value.is_nested:
        return tr("a nested Tensor")  # it has no shape
    facts = tr(
        "shape {shape} and dtype {dtype}", shape=tuple(value.shape), dtype=_name(value.dtype)
    )
    if value.layout is not torch.strided:
        facts = tr("layout {layout}, {facts}", layout=_name(value.layout), facts=facts)
    told = tr("a Tensor of {facts}", facts=facts)
    if value.device.type == "cpu":
        return told
    return tr("{told} on {device}", told=told, device=value.device)


def _keys_of(value: dict[Any, Any]) -> str:
    """Return the first keys, each in few words: a key may be a tensor of a million numbers."""
    shown = [_describe(key) for key in islice(value, 2 * _SHOWN)]
    left = len(value) - len(shown)
    more = [trn("and {n} more", "and {n} more", left)] if left > 0 else []
    return _cut(f"[{', '.join(shown + more)}]")


def _shortened(value: Any) -> str:
    try:
        return _cut(repr(value))
    except ValueError:  # an int with more digits than Python is willing to write
        return tr("a {kind} too long to be shown", kind=type(value).__name__)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
