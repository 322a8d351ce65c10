"""Read the hints of an exercise from its README, where a reader finds them folded.

Under `## Hints`, each hint is `<details><summary>Hint 1: short</summary>`, text, `</details>`,
from vague to specific.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from autograder.course.exercise import Exercise

__all__ = ["Hint", "hints_of", "parse_hints"]

_SECTION = re.compile(r"^## Hints[ \t]*\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_HINT = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
_NUMBER = re.compile(r"^Hint\s+\d+\s*[:.]\s*")


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """One hint: *number* of *of*, what it is about, and what it says."""

    number: int
    of: int
    title: str
    text: str

    @property
    def left(self) -> int:
        """How many hints come after this one."""
        return self.of - self.number

    def in_words(self) -> str:
        """Return the hint as a student reads it, and how many are left."""
        ahead = f"{self.left} more" if self.left else "this was the last one"
        return f"Hint {self.number} of {self.of}: {self.title}\n\n{self.text}\n\n({ahead})"


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
    """Return the hints in the course's own README, whatever became of a student's copy."""
    readme = exercise.public / "README.md"
    return parse_hints(readme.read_text(encoding="utf-8")) if readme.is_file() else ()
