"""`@check`: turn a pytest function of a suite into a check.

The decorator only records facts; `judging.plugin` acts on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Check", "check", "check_of"]

_Function = TypeVar("_Function", bound="Callable[..., object]")
_ATTRIBUTE = "__torchgrade_check__"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What the author of a suite says about one test."""

    name: str
    title: str
    points: float
    hint: str | None
    part: str | None
    requires: tuple[str, ...]


def check(
    *,
    points: float = 1,
    hint: str | None = None,
    part: str | None = None,
    requires: str | tuple[str, ...] = (),
) -> Callable[[_Function], _Function]:
    """Mark a test as a check; its first docstring line is the title that a student reads.

    Args:
        points: What it is worth.
        hint: What helps a student whose code fails it; never the answer.
        part: `correctness`, `parity` or `speed`; by default what the file's name says
            (`test_parity.py`), else `correctness`.
        requires: Names of checks (without `test_`) that this one builds on; where one of
            them did not pass, this one is skipped.

    Raises:
        ValueError: If the test has no title, no `test_` in its name, or negative points.
    """

    def mark(function: _Function) -> _Function:
        name = function.__name__
        title = (function.__doc__ or "").strip().partition("\n")[0]
        if not name.startswith("test_") or not title or points < 0:
            raise ValueError(
                f"check {name!r} needs a name that begins with 'test_', a docstring whose first "
                f"line is its title, and points that are not negative"
            )
        fact = Check(
            name=name.removeprefix("test_"),
            title=title,
            points=points,
            hint=hint,
            part=part,
            requires=(requires,) if isinstance(requires, str) else tuple(requires),
        )
        setattr(function, _ATTRIBUTE, fact)
        return function

    return mark


def check_of(function: object) -> Check | None:
    """Return what `@check` recorded on *function*, or None where it is a plain test."""
    return getattr(function, _ATTRIBUTE, None)
