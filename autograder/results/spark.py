"""Draw in a terminal what it can show well: which rows a loader gave, and how a curve runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.language import marked, tr
from autograder.results.picture import Batches, Curves

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.results.layout import Symbols
    from autograder.results.picture import Picture

__all__ = ["in_lines"]

_NAMES = (marked("yours"), marked("expected"))
_NAME = 10  # columns


def in_lines(picture: Picture | None, width: int, symbols: Symbols) -> Iterator[str]:
    """Yield *picture* as lines of at most *width* characters, if it can be shown in such."""
    room = max(width - _NAME, 1)
    if isinstance(picture, Batches):
        for name, batches in zip(_NAMES, (picture.yours, picture.expected), strict=True):
            shown = f" {symbols.rule}".join(" ".join(_row(r) for r in batch) for batch in batches)
            yield f"{tr(name):<{_NAME}}{shown if len(shown) <= room else shown[: room - 3] + '...'}"
    elif isinstance(picture, Curves):
        both = (picture.yours, picture.expected)
        known = [value for side in both for value in side if value is not None]
        if known and max(known) > min(known):
            for name, side in zip(_NAMES, both, strict=True):
                yield f"{tr(name):<{_NAME}}{_curve(side[:room], min(known), max(known), symbols)}"


def _row(index: int) -> str:
    return str(index) if index >= 0 else "?"


def _curve(values: Sequence[float | None], low: float, high: float, symbols: Symbols) -> str:
    """Return a mark for each value, the higher the larger; a digit where there are no such marks."""
    marks = symbols.heights if len(symbols.heights) > 1 else "0123456789"
    top = len(marks) - 1
    return "".join(
        " " if v is None else marks[round((v - low) / (high - low) * top)] for v in values
    )
