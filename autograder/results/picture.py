"""What a failed check can show beside its words: numbers that somebody else draws.

A number that is not finite travels as None, since JSON has none for it.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

__all__ = ["DRAWN", "MOST", "Batches", "Curves", "Matrices", "Path", "Picture"]

MOST = 400
"""Numbers on each side of a picture; more than that cannot be seen, and reports stay small."""

DRAWN = 3
"""Failed checks that are drawn in one piece of feedback; nobody looks at more."""


class _Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    """What the student's code gave, and what was expected, to be drawn side by side."""


class Curves(_Picture, frozen=True, tag="curves"):
    """Two lines over the same steps: losses, or the elements of a vector."""

    yours: tuple[float | None, ...]
    expected: tuple[float | None, ...]


class Matrices(_Picture, frozen=True, tag="matrices"):
    """Two matrices as heat maps, with their difference."""

    yours: tuple[tuple[float | None, ...], ...]
    expected: tuple[tuple[float | None, ...], ...]


class Batches(_Picture, frozen=True, tag="batches"):
    """Which rows a loader gave, batch by batch; a row that is none of the dataset's is -1."""

    yours: tuple[tuple[int, ...], ...]
    expected: tuple[tuple[int, ...], ...]


class Path(_Picture, frozen=True, tag="path"):
    """Two ways over the bowl (a·x² + b·y²) / 2: where the parameters stood after each step."""

    yours: tuple[tuple[float | None, float | None], ...]
    expected: tuple[tuple[float | None, float | None], ...]
    bowl: tuple[float, float]


Picture: TypeAlias = Curves | Matrices | Batches | Path
