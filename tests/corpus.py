"""Read the corpus of cheats in `tests/hostile`: each file's docstring says what must become of it.

A file is a complete submission. Its docstring begins with what is tried (`Attack: ...`, or `Expect:`
where an author wrote another form), followed by fields:

    Exercise: optimizer
    Earns: 0            the points that the honest parts of the file earn
    Gains: 3            points beyond that, where the attack is known to work; left out otherwise
    Stopped by: Landlock, seccomp
    Levels: full, container
    Needs: guard        left out where cage and judge hold alone

An attack that comes through prints a line with `BREACH`, so that a test can see it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec

__all__ = ["BREACH", "FAMILIES", "FOLDER", "Attack", "attacks", "read_attack"]

FOLDER = Path(__file__).with_name("hostile")
FAMILIES = {
    "reads": "Reading what is hidden",
    "forges": "Writing the result",
    "fakes": "Faking correctness",
    "harms": "Hurting the machine or others",
    "speaks": "Into the feedback",
    "forbidden": "Using what the exercise rebuilds",
    "limit": "Exceeding a limit",
}
"""What the first word of a file's name says; any other word is a family of its own."""
BREACH = "BREACH"
"""What an attack prints once it has got what it wanted."""

_FIELD = re.compile(r"(Stopped by|[A-Z][a-z]+): *(.*)")
_NOTE = re.compile(r"\s+\(.*", re.DOTALL)


class Attack(msgspec.Struct, frozen=True, kw_only=True):
    """One cheat."""

    name: str
    path: Path
    sentence: str
    """What it tries."""
    exercise: str | None = None
    earns: float | None = None
    """What its honest parts deserve; None where its author says it in another way."""
    gains: float = 0.0
    """Points that it gets beyond that: what is best effort, and known not to hold."""
    stopped_by: str = ""
    """What is in its way, or what its author expects of it."""
    levels: tuple[str, ...] = ()
    """Where it is stopped; none where its author does not say."""
    needs: str = ""
    """What must not be switched off for it to be stopped."""

    @property
    def family(self) -> str:
        """The first word of its name."""
        return self.name.partition("_")[0]

    @property
    def text(self) -> str:
        """The submission."""
        return self.path.read_text(encoding="utf-8")


def read_attack(path: Path) -> Attack:
    """Read what the docstring of the file at *path* says."""
    doc = ast.get_docstring(ast.parse(path.read_bytes(), path.name)) or ""
    fields: dict[str, str] = {}
    field = ""
    for line in doc.splitlines():
        found = _FIELD.match(line)
        if found:
            field = found[1]
            fields[field] = found[2].strip()
        elif not line.strip():
            field = ""
        elif field:
            fields[field] += f" {line.strip()}"
    words = path.stem.replace("_", " ")
    levels = _NOTE.sub("", fields.get("Levels", "")).strip()
    return Attack(
        name=path.stem,
        path=path,
        sentence=fields.get("Attack") or f"{words[:1].upper()}{words[1:]}.",
        exercise=fields.get("Exercise"),
        earns=_number(fields.get("Earns")),
        gains=_number(fields.get("Gains")) or 0.0,
        stopped_by=fields.get("Stopped by") or fields.get("Expect", ""),
        levels=tuple(re.split(r",\s*", levels)) if levels else (),
        needs=fields.get("Needs", ""),
    )


def _number(text: str | None) -> float | None:
    found = re.match(r"\d+(\.\d+)?", text or "")
    return float(found[0]) if found else None


def attacks(*families: str) -> tuple[Attack, ...]:
    """Return every attack of the folder, or of *families* only, by name."""
    found = (read_attack(path) for path in sorted(FOLDER.glob("*.py")))
    return tuple(a for a in found if not families or a.family in families)
