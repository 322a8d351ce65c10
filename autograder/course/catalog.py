"""Find a course and look its exercises up by id."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from autograder.course.exercise import Exercise
from autograder.errors import CourseError, UnknownExerciseError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Catalog"]

_ENGINE_ROOT = Path(__file__).resolve().parents[2]
_BUNDLED = Path(__file__).resolve().parent  # a wheel carries `assignments/` beside this file
_IGNORED = {".torchgrade", "__pycache__", ".pytest_cache", ".ipynb_checkpoints"}


class Catalog:
    """The exercises of one course, in teaching order.

    Args:
        root: A folder with `assignments/`, and with `solutions/` where the secret half is present.

    Raises:
        CourseError: If *root* is no course, or one of its exercises is broken.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        if not (self.root / "assignments").is_dir():
            raise CourseError(f"{root} is no course: it has no folder 'assignments'.")

    @classmethod
    def find(cls, course: Path | None = None) -> Self:
        """Return *course*, else `$TORCHGRADE_COURSE`, else the nearest above here, else our own."""
        named = course or os.environ.get("TORCHGRADE_COURSE")
        if named:
            return cls(Path(named))
        here = Path.cwd()
        candidates = (here, *here.parents, _ENGINE_ROOT, _BUNDLED)
        found = next((c for c in candidates if any(c.glob("assignments/*/exercise.toml"))), None)
        if found is None:
            raise CourseError("No course found here; name one with --course DIR.")
        return cls(found)

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise, in teaching order."""
        folders = sorted(p.parent for p in self.root.glob("assignments/*/exercise.toml"))
        loaded = [Exercise.load(f, self.root / "solutions" / f.name) for f in folders]
        return tuple(sorted(loaded, key=lambda e: (e.order, e.id)))

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self.exercises)

    def __getitem__(self, exercise_id: str) -> Exercise:
        """Return the exercise with this id.

        Raises:
            UnknownExerciseError: If there is none; the sentence names the nearest id.
        """
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise UnknownExerciseError(exercise_id, (e.id for e in self.exercises))

    def select(self, exercise_ids: tuple[str, ...]) -> tuple[Exercise, ...]:
        """Return the exercises with these ids, or all of them where none is named."""
        return tuple(self[i] for i in exercise_ids) or self.exercises

    @staticmethod
    def digest(exercise: Exercise) -> str:
        """Return `sha256:` over names and contents of every file that defines *exercise* here."""
        digest = hashlib.sha256()
        for root in (exercise.public, exercise.secret):
            for path in sorted(p for p in root.rglob("*") if p.is_file()):
                relative = path.relative_to(root)
                if not _IGNORED.intersection(relative.parts):
                    digest.update(f"{root.parent.name}/{relative.as_posix()}\0".encode())
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return f"sha256:{digest.hexdigest()}"
