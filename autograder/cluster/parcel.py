"""One exercise as it travels to a worker: every file of both halves, found again by its digest.

A course's secret is no file of an exercise, so it never travels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.course.catalog import Catalog
from autograder.course.exercise import Exercise, Suite
from autograder.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["packed", "unpacked"]

_LEFT_BEHIND = {".torchgrade", "__pycache__", ".pytest_cache", ".ipynb_checkpoints"}


def packed(exercise: Exercise) -> dict[str, bytes]:
    """Return the files of *exercise*, by their paths in a course."""
    return {
        f"{half}/{exercise.id}/{path.relative_to(root).as_posix()}": path.read_bytes()
        for half, root in (("assignments", exercise.public), ("solutions", exercise.secret))
        for path in sorted(root.rglob("*"))
        if path.is_file() and not _LEFT_BEHIND.intersection(path.relative_to(root).parts)
    }


def unpacked(parcel: dict[str, bytes], digest: str, folder: Path) -> Exercise:
    """Write *parcel* into *folder*, and return the exercise.

    Raises:
        CourseError: If what lies there then has another digest than *digest*.
    """
    for name, content in parcel.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (public,) = (folder / "assignments").iterdir()
    exercise = Exercise.load(public, folder / "solutions" / public.name)
    exercise.suite_folder(Suite.HIDDEN).mkdir(parents=True, exist_ok=True)  # it may be empty
    if Catalog.digest(exercise) != digest:
        raise CourseError(f"The exercise {exercise.id!r} did not arrive as it was sent.")
    return exercise
