"""Find a course and look its exercises up by id."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from autograder.course.exercise import Exercise
from autograder.course.translations import localized
from autograder.errors import CourseError, UnknownExerciseError
from autograder.language import LANGUAGES, tr

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Catalog"]

_ENGINE_ROOT = Path(__file__).resolve().parents[2]
_BUNDLED = Path(__file__).resolve().parent  # a wheel carries `assignments/` beside this file
_CARRIED = Path(".torchgrade", "course")  # an assignment of nbgrader's carries its public half
_IGNORED = {".torchgrade", "__pycache__", ".pytest_cache", ".ipynb_checkpoints"}


class Catalog:
    """The exercises of one course, in teaching order.

    Args:
        root: A folder with `assignments/`, and with `solutions/` where the secret half is present.
        language: In which its titles, hints and sentences are told, where it has them.

    Raises:
        CourseError: If *root* is no course, or one of its exercises is broken.
    """

    def __init__(self, root: Path, language: str = LANGUAGES[0]) -> None:
        self.root = root.resolve()
        self.language = language
        if not (self.root / "assignments").is_dir():
            raise CourseError(tr("{root} is no course: it has no folder 'assignments'.", root=root))

    @classmethod
    def find(cls, course: Path | None = None, language: str = LANGUAGES[0]) -> Self:
        """Return *course*, else `$TORCHGRADE_COURSE`, else the nearest above here, else our own."""
        named = course or os.environ.get("TORCHGRADE_COURSE")
        if named:
            return cls(Path(named), language)
        here = Path.cwd()
        around = (place for f in (here, *here.parents) for place in (f, f / _CARRIED))
        candidates = (*around, _ENGINE_ROOT, _BUNDLED)
        found = next((c for c in candidates if any(c.glob("assignments/*/exercise.toml"))), None)
        if found is None:
            raise CourseError(tr("No course found here; name one with --course DIR."))
        return cls(found, language)

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise that is no draft, in teaching order."""
        return tuple(exercise for exercise in self.everything if not exercise.draft)

    @cached_property
    def everything(self) -> tuple[Exercise, ...]:
        """Every exercise, drafts included, in teaching order."""
        folders = sorted(p.parent for p in self.root.glob("assignments/*/exercise.toml"))
        loaded = [Exercise.load(f, self.root / "solutions" / f.name) for f in folders]
        told = [localized(exercise, self.language) for exercise in loaded]
        return tuple(sorted(told, key=lambda e: (e.order, e.id)))

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self.exercises)

    def __getitem__(self, exercise_id: str) -> Exercise:
        """Return the exercise with this id.

        Raises:
            UnknownExerciseError: If there is none; the sentence names the nearest id.
        """
        for exercise in self.everything:
            if exercise.id == exercise_id:
                return exercise
        raise UnknownExerciseError(exercise_id, (e.id for e in self.exercises))

    def select(self, exercise_ids: tuple[str, ...]) -> tuple[Exercise, ...]:
        """Return the exercises with these ids, or all of them where none is named."""
        return tuple(self[i] for i in exercise_ids) or self.exercises

    @property
    def calibrations(self) -> Path:
        """Where this machine's margins of the speed limits are kept."""
        return self.root / "solutions" / ".calibration.json"

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
