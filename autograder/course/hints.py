"""Read the hints of an exercise from its README, where a reader finds them folded.

Under `## Hints`, each hint is `<details><summary>Hint 1: short</summary>`, text, `</details>`,
from vague to specific; in Italian, `## Suggerimenti` and `Suggerimento 1`. `hints.toml` of either
half says for each check, by its name, which of them help where it fails: `nan_stays = [2]`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import Suite
from autograder.course.translations import lesson_of
from autograder.errors import CourseError
from autograder.language import tr, trn

if TYPE_CHECKING:
    from autograder.course.exercise import Exercise

__all__ = ["HELP", "Hint", "helpful_hints", "hints_of", "locked_sentence", "parse_hints"]

HELP = "hints.toml"

_SECTION = re.compile(
    r"^## (?:Hints|Suggerimenti)[ \t]*\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE
)
_HINT = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
_NUMBER = re.compile(r"^(?:Hint|Suggerimento)\s+\d+\s*[:.]\s*")


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """One hint: *number* of *of*, what it is about, and what it says."""

    number: int
    of: int
    title: str
    text: str
    check: str | None = None
    """The check that it is about; None for a hint of the lesson."""
    locked: bool = False
    """Whether the one after it is still to be unlocked, by failing that check once more."""

    @property
    def left(self) -> int:
        """How many hints come after this one."""
        return self.of - self.number

    def in_words(self) -> str:
        """Return the hint as a student reads it, and how many are left."""
        head = tr(
            "Hint {number} of {of}: {title}", number=self.number, of=self.of, title=self.title
        )
        return f"{head}\n\n{self.text}\n\n({self._ahead()})"

    def _ahead(self) -> str:
        if self.locked:
            return locked_sentence(self.number + 1, self.of)
        return trn("{n} more", "{n} more", self.left) if self.left else tr("this was the last one")


def locked_sentence(number: int, of: int) -> str:
    """Return what unlocks hint *number* of *of*."""
    return tr(
        "hint {number} of {of} comes with your next attempt that fails this check",
        number=number,
        of=of,
    )


def parse_hints(readme: str) -> tuple[Hint, ...]:
    """Return the hints of a README in their order; a README without any has none."""
    section = _SECTION.search(readme.replace("\r\n", "\n"))
    found = _HINT.findall(section.group(1)) if section else []
    return tuple(
        Hint(
            number=number,
            of=len(found),
            title=_NUMBER.sub("", " ".join(summary.split())),
            text=text.strip(),
        )
        for number, (summary, text) in enumerate(found, start=1)
    )


def hints_of(exercise: Exercise) -> tuple[Hint, ...]:
    """Return the hints in the course's own lesson, whatever became of a student's copy."""
    readme = lesson_of(exercise)
    return parse_hints(readme.read_text(encoding="utf-8")) if readme.is_file() else ()


def helpful_hints(exercise: Exercise, suite: Suite) -> dict[str, tuple[int, ...]]:
    """Return which hints of the lesson help where a check of *suite* fails, by the check's name.

    Raises:
        CourseError: If `hints.toml` is not as it should be.
    """
    folder = exercise.public if suite is Suite.PUBLIC else exercise.secret
    path = folder / HELP
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, tuple[int, ...]])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise CourseError(f"{path}: {error}.") from error
