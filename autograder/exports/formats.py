"""The forms in which grades leave: each yields files, as names and text, from the attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.exports import grades, gradescope, junit, nbgrader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import PurePosixPath

    from autograder.course.rules import Rules
    from autograder.results.graded import Graded

__all__ = ["FORMATS"]

FORMATS: dict[str, Callable[[Iterable[Graded], Rules], Iterator[tuple[PurePosixPath, str]]]] = {
    "nbgrader": nbgrader.files,
    "gradescope": gradescope.files,
    "csv": grades.files,
    "junit": junit.files,
}
