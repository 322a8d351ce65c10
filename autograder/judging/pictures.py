"""Pictures that a check asks for by name: the rows of batches, the way down a bowl."""

from __future__ import annotations

import contextlib
from itertools import islice
from typing import TYPE_CHECKING, Any

from torch import Tensor

from autograder.judging.comparison import Mismatch
from autograder.judging.findings import Finding
from autograder.results.picture import MOST, Batches, Path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.judging.implementation import Local, Probe, Submitted
    from autograder.results.picture import Picture

__all__ = ["by_rows", "on_a_bowl", "pictured"]


@contextlib.contextmanager
def pictured(make: Callable[..., Picture | None], *facts: Any, **options: Any) -> Iterator[None]:
    """Put what *make* returns beside a mismatch that is found in this block.

    It is called only then. Where student code does not let it finish, the words stand alone.
    """
    try:
        yield
    except Mismatch as mismatch:
        with contextlib.suppress(Finding, Mismatch):
            mismatch.picture = make(*facts, **options) or mismatch.picture
        raise


def by_rows(actual: Any, expected: Sequence[Any]) -> Picture | None:
    """Return which rows are in the batches of *actual*, numbered as they come in *expected*.

    A batch is a tensor, or a tuple whose first item is one; rows that are equal share a number.
    """
    places: dict[Any, int] = {}
    for batch in expected:
        for row in _rows(batch):
            places.setdefault(row, len(places))
    if type(actual) is not list or not places or len(places) > MOST:
        return None
    return Batches(*(_numbered(side, places) for side in (actual, expected)))


def _numbered(batches: Sequence[Any], places: dict[Any, int]) -> tuple[tuple[int, ...], ...]:
    left = MOST
    numbered = []
    for batch in islice(batches, MOST):
        rows = list(islice(_rows(batch), left))
        left -= len(rows)
        numbered.append(tuple(places.get(row, -1) for row in rows))
    return tuple(numbered)


def _rows(batch: Any) -> Iterator[Any]:
    """Yield what tells one row of *batch* from another."""
    first = batch[0] if type(batch) in (tuple, list) and batch else batch
    if type(first) is Tensor and first.ndim and not first.is_sparse and not first.is_nested:
        for row in islice(first, MOST + 1):
            yield (tuple(row.shape), tuple(row.flatten()[:MOST].tolist()))


def on_a_bowl(
    submission: Submitted, reference: Local, probe: Probe, bowl: tuple[float, float]
) -> Picture | None:
    """Return the ways of both down the bowl (a·x² + b·y²) / 2.

    Args:
        submission: Whose way is the student's.
        reference: Whose way is expected.
        probe: Returns the points of its way, shape (steps, 2); it is given `bowl`.
        bowl: The pair a, b.
    """
    ways = [submission.aside(probe, bowl=bowl), reference.run(probe, bowl=bowl)]
    if any(type(way) is not Tensor or way.ndim != 2 or way.shape[1] != 2 for way in ways):  # noqa: PLR2004
        return None
    yours, expected = (_points(way) for way in ways)
    return Path(yours, expected, bowl)


def _points(way: Tensor) -> tuple[tuple[float | None, float | None], ...]:
    finite = way.isfinite()
    return tuple(
        (x if seen[0] else None, y if seen[1] else None)
        for (x, y), seen in zip(way[: MOST // 2].tolist(), finite.tolist(), strict=False)
    )
