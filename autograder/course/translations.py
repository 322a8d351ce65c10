"""A course in another language: the lesson, titles, hints and sentences beside the English ones.

`README.it.md` and `it.toml` lie beside an exercise's files, in both halves; what is missing there
is told in English. Nothing here decides anything: checks and mistakes are known by their names.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from autograder.errors import CourseError
from autograder.language import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.course.exercise import Exercise

__all__ = ["Told", "is_translation", "lesson_of", "localized", "told_in"]

_OTHERS = "|".join(LANGUAGES[1:])
_TRANSLATION = re.compile(rf"(README\.)?({_OTHERS})\.(md|toml)")


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `it.toml` says: of the exercise in the public half, of checks and mistakes in both."""

    title: str = ""
    summary: str = ""
    titles: dict[str, str] = {}
    """Titles of checks, by name."""
    hints: dict[str, str] = {}
    """The checks' own hints, by name."""
    mistakes: dict[str, str] = {}
    """What is said of a known mistake, by its name."""
    messages: dict[str, str] = {}
    """What the suite says itself, by the English phrase (`autograder.course.phrases`)."""


def told_in(folder: Path, language: str) -> Told:
    """Return what one half of an exercise says in *language*; where it says nothing, nothing.

    Raises:
        CourseError: If the file is not as it should be.
    """
    path = folder / f"{language}.toml"
    if language == LANGUAGES[0] or not path.is_file():
        return Told()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (msgspec.MsgspecError, ValueError) as error:
        raise CourseError(f"{path}: {error}.") from error


@cache
def _read(path: Path, _changed: int) -> Told:
    return msgspec.toml.decode(path.read_bytes(), type=Told)


def localized(exercise: Exercise, language: str) -> Exercise:
    """Return *exercise* with title and summary in *language*, where it has them."""
    told = told_in(exercise.public, language)
    return msgspec.structs.replace(
        exercise,
        title=told.title or exercise.title,
        summary=told.summary or exercise.summary,
        language=language,
    )


def lesson_of(exercise: Exercise) -> Path:
    """Return the lesson in the language that *exercise* is told in, else the English one."""
    path = exercise.public / f"README.{exercise.language}.md"
    return path if path.is_file() else exercise.public / "README.md"


def is_translation(name: str) -> bool:
    """Return whether the public file *name* says in another language what English files say."""
    return _TRANSLATION.fullmatch(name) is not None
