"""Say which exercises an assignment of nbgrader's asks for, by what the instructor released."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MARK", "exercises_in", "exercises_of"]

MARK = "torchgrade"
"""Key of a notebook's metadata under which it says what it is."""


def exercises_in(notebook: Any) -> tuple[str, ...]:
    """Return the ids of the exercises of a notebook of ours, as JSON; none of another's."""
    metadata = notebook.get("metadata") if isinstance(notebook, dict) else None
    mark = metadata.get(MARK) if isinstance(metadata, dict) else None
    ids = mark.get("exercises") if isinstance(mark, dict) else None
    return tuple(i for i in ids if isinstance(i, str)) if isinstance(ids, list) else ()


def exercises_of(course: Path, assignment: str) -> tuple[str, ...]:
    """Return the ids of the exercises of *assignment*; none where it is not one of ours.

    Args:
        course: The folder in which nbgrader works. Its `release` and `source` are read, which
            are the instructor's; never what a student handed in.
        assignment: The name of the assignment.
    """
    for step in ("release", "source"):
        path = course / step / assignment / f"{assignment}.ipynb"
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        if ids := exercises_in(notebook):
            return ids
    return ()
