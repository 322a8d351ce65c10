"""Write an assignment of nbgrader's: a thin notebook, the stubs, and the public half beside them.

    source/<assignment>/
        <assignment>.ipynb              lessons, cells that run the public checks, a cell for each part
        <id>.py                         the stub of every exercise
        .torchgrade/course/assignments/ what the public checks need on a student's machine

Ids of cells are made of the exercise's id and the part alone, so that a later release keeps every
grade. The notebook is written as plain JSON: releasing needs no nbgrader.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from autograder.course.exercise import PARTS
from autograder.course.release import copy_public
from autograder.errors import UserError
from autograder.submission.released import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.course.exercise import Exercise

__all__ = ["ASSIGNMENTS", "Source", "grade_id", "notes_id", "write_source"]

ASSIGNMENTS = ".torchgrade/course/assignments"
"""Where an assignment carries the public half of its exercises."""
_NAME = re.compile(r"[\w.-]+")
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One assignment that was written: its *name*, its *folder*, and the ids of its exercises."""

    name: str
    folder: Path
    exercises: tuple[str, ...]

    def in_words(self) -> str:
        """Return what was written, and what an instructor types next."""
        return f"{self.folder}: next is 'nbgrader generate_assignment {self.name} --force'."


def grade_id(exercise: str, part: str) -> str:
    """Return the id of the cell that holds the points of *part*; `-` is in no exercise's id."""
    return f"{exercise}-{part}"


def notes_id(exercise: str) -> str:
    """Return the id of the cell that is the student's own; comments are shown under it."""
    return f"{exercise}-notes"


def write_source(
    exercises: Sequence[Exercise], course: Path, name: str, *, replace: bool = False
) -> Source:
    """Write `source/<name>` of the nbgrader course in the folder *course*.

    Args:
        exercises: What the assignment asks for.
        course: The folder in which nbgrader works.
        name: The assignment's name.
        replace: Whether a notebook that somebody changed by hand may be replaced.

    Raises:
        UserError: If that would overwrite somebody else's work, or cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f"nbgrader takes letters, digits, '.', '_' and '-' in a name, not {name!r}."
        )
    folder = course / "source" / name
    path = folder / f"{name}.ipynb"
    stubs = _stubs(exercises)
    if path.exists() and not replace:
        _require_ours(path)
    try:
        for exercise in exercises:
            copy_public(exercise, folder / ASSIGNMENTS / exercise.id)
        for file, stub in stubs.items():
            (folder / file).write_bytes(stub.read_bytes())
        text = json.dumps(_notebook(exercises), indent=1, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"Cannot write to {str(folder)!r}: {error.strerror or error}.") from error
    return Source(name=name, folder=folder, exercises=tuple(e.id for e in exercises))


def _stubs(exercises: Sequence[Exercise]) -> dict[str, Path]:
    """Return the files that students write, by name; two exercises must not share one."""
    stubs: dict[str, Path] = {}
    for exercise in exercises:
        for name in exercise.files:
            if name in stubs:
                raise UserError(
                    f"Two exercises have a file {name!r}; make them two assignments, without --as."
                )
            stubs[name] = exercise.public / name
    return stubs


def _require_ours(path: Path) -> None:
    """Refuse to replace a notebook that is not as we wrote it."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        told = notebook["metadata"].get(MARK, {}).get("digest")
        is_ours = told == _digest(cells)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        is_ours = False
    if not is_ours:
        raise UserError(
            f"{path} was changed by hand or is not ours; move it away, or replace it with --replace."
        )


def _notebook(exercises: Sequence[Exercise]) -> dict[str, Any]:
    cells = list(_cells(exercises))
    mark = {"version": 1, "exercises": [e.id for e in exercises], "digest": _digest(cells)}
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            MARK: mark,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _digest(cells: list[dict[str, Any]]) -> str:
    """Return a digest of what an author can change: not of outputs, not of how lines are stored."""
    kept = [
        (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("nbgrader"))
        for cell in cells
    ]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def _cells(exercises: Sequence[Exercise]) -> Iterator[dict[str, Any]]:
    yield _code("start", "# Run this first: it gives you the commands below.\n%load_ext autograder")
    for exercise in exercises:
        yield from _lesson(exercise)
        yield _notes(exercise)
        yield _code(f"{exercise.id}-check", f"%grade check {exercise.id}")
        for part in PARTS:
            if part in exercise.points:
                yield _part(exercise, part)
    saved = " and ".join(f"`{e.files[0]}`" for e in exercises)
    yield _markdown(
        "hand-in",
        f"## Hand it in\n\nSave {saved}, then submit in the list of assignments,"
        f" or run the next cell.",
    )
    yield _code("submit", f"# %grade submit {exercises[0].id}")


def _lesson(exercise: Exercise) -> Iterator[dict[str, Any]]:
    readme = (exercise.public / "README.md").read_text(encoding="utf-8")
    cuts = [0, *(m.start() for m in _SECTION.finditer(readme) if m.start()), len(readme)]
    for number, (start, end) in enumerate(pairwise(cuts)):
        if section := readme[start:end].strip():
            yield _markdown(f"{exercise.id}-lesson-{number}", section)


def _notes(exercise: Exercise) -> dict[str, Any]:
    names = ", ".join(exercise.names)
    lines = [
        f"# Write your work in {exercise.files[0]}, beside this notebook; that file is graded.",
        "# This cell is yours, to try things out. Nothing in it is graded.",
        f"from {exercise.id} import {names}",
    ]
    facts = {"grade": False, "solution": True, "locked": False}
    return _code(notes_id(exercise.id), "\n".join(lines), nbgrader=facts)


def _part(exercise: Exercise, part: str) -> dict[str, Any]:
    points = exercise.points[part]
    lines = [
        f"# {points:g} points: {part} of {exercise.id}. Hidden checks give them once you hand in;",
        "# here this cell runs the public ones.",
        "from autograder.integrations.cells import part",
        "",
        f'part("{exercise.id}", "{part}")',
    ]
    facts = {"grade": True, "solution": False, "locked": True, "points": points}
    return _code(grade_id(exercise.id, part), "\n".join(lines), nbgrader=facts)


def _code(cell_id: str, source: str, nbgrader: dict[str, Any] | None = None) -> dict[str, Any]:
    cell = _markdown(cell_id, source) | {"cell_type": "code"}
    if nbgrader:
        known = {"grade_id": cell_id, "task": False, "schema_version": 3}
        cell["metadata"] = {"nbgrader": known | nbgrader}
    return cell | {"execution_count": None, "outputs": []}


def _markdown(cell_id: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": cell_id[:64], "metadata": {}, "source": source}
