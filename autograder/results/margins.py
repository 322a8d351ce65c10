"""What `grade calibrate` measured on this machine: the margin of every speed limit.

It is kept beside the secret half of the course, in a file that is of this machine alone, so that
feedback can name the fastest right spelling, and a calibration that was broken off can go on.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.language import marked

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FASTEST", "Calibration", "Estimate", "Margin", "beside", "read", "write"]

FASTEST = marked("the fastest we know")
_TIGHT, _LOOSE = 1.5, 1.5
_VERSION = 1


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """The median ratio of one implementation, several times over."""

    name: str
    is_right: bool
    """Whether it is the solution or a right spelling; otherwise it is a slow mistake."""
    idle: tuple[float, ...]
    loaded: tuple[float, ...]
    """While more busy processes than there are cores ran beside it."""

    @property
    def medians(self) -> tuple[float, ...]:
        """The middle of the estimates, idle and under load."""
        return tuple(statistics.median(e) for e in (self.idle, self.loaded) if e)


class Margin(msgspec.Struct, frozen=True, kw_only=True):
    """A speed check's limit, and how far right and slow implementations are from it."""

    check: str
    limit: float
    reference: str
    estimates: tuple[Estimate, ...]

    @property
    def slowest_right(self) -> float:
        """The worst median of any right implementation."""
        return max((x for e in self.estimates if e.is_right for x in e.medians), default=0.0)

    @property
    def fastest_slow(self) -> float | None:
        """The best median of any slow mistake; None where none is known."""
        return min((x for e in self.estimates if not e.is_right for x in e.medians), default=None)

    @property
    def findings(self) -> tuple[str, ...]:
        """What is wrong with the limit."""
        found = []
        if self.limit < _TIGHT * self.slowest_right:
            found.append(
                f"the limit {self.limit:g} of {self.check!r} is too tight: a right solution came "
                f"to {self.slowest_right:.3g}, and half as much again should be allowed"
            )
        if self.fastest_slow is None:
            found.append(f"no slow mistake is known that {self.check!r} fails")
        elif self.limit * _LOOSE > self.fastest_slow:
            found.append(
                f"the limit {self.limit:g} of {self.check!r} is too loose: a slow mistake came to "
                f"{self.fastest_slow:.3g}, and should be half as much again above it"
            )
        return tuple(found)


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The margins of one exercise."""

    exercise: str
    course: str
    """Digest of the exercise that was measured."""
    measured_at: str
    margins: tuple[Margin, ...]

    @property
    def sound(self) -> bool:
        """Whether every limit has room on both sides."""
        return not any(margin.findings for margin in self.margins)


class _Store(msgspec.Struct, frozen=True):
    version: int
    exercises: dict[str, Calibration]


def read(path: Path) -> dict[str, Calibration]:
    """Return what is kept at *path*, by exercise; nothing where that cannot be read."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        store = msgspec.json.decode(path.read_bytes(), type=_Store)
        if store.version == _VERSION:
            return store.exercises
    return {}


def write(path: Path, calibrations: Iterable[Calibration]) -> None:
    """Keep *calibrations* at *path*, in the place of those of the same exercises."""
    kept = read(path) | {c.exercise: c for c in calibrations}
    body = msgspec.json.format(msgspec.json.encode(_Store(_VERSION, kept)), indent=1)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    Path(name).replace(path)


def beside(calibration: Calibration | None, check: str) -> dict[str, float]:
    """Return the ratio of the fastest right spelling that is known for *check*."""
    margins = calibration.margins if calibration else ()
    rights = [
        statistics.median(e.idle)
        for m in margins
        if m.check == check
        for e in m.estimates
        if e.is_right and e.idle
    ]
    return {FASTEST: round(min(rights), 3)} if rights else {}
