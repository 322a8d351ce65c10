"""Put a readable notebook where a submission has none, so that its files are graded all the same.

nbgrader skips a submission without a notebook and fails one whose notebook is damaged. Ours are
graded by their files, so a missing notebook is taken from the release; a damaged one is kept beside.
"""

from __future__ import annotations

import json
import logging
import os
import stat
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from autograder.submission.released import exercises_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["before_autograde", "is_readable", "mend", "mend_all", "released_notebooks"]

_MOST_BYTES = 20_000_000
_log = logging.getLogger(__name__)


def before_autograde(
    *, assignment: str, student: str, notebooks: Sequence[str], **_: object
) -> None:
    """Mend one submission; nbgrader calls this before it grades each, in the course's folder."""
    del student  # '*' where a whole class is graded
    for notebook in map(Path, notebooks):
        for sentence in mend(notebook.parent, _release_of(Path.cwd(), assignment)):
            _log.warning("%s", sentence)


def mend_all(course: Path) -> Iterator[str]:
    """Mend every submission below `submitted/`; yield a sentence for each that needed it."""
    for folder in sorted(course.glob("submitted/*/*")):
        if folder.is_dir():
            yield from mend(folder, _release_of(course, folder.name))


def mend(folder: Path, release: Path) -> Iterator[str]:
    """Give the submission in *folder* the notebooks of *release* that it lacks or damaged.

    Yields:
        A sentence for each notebook.
    """
    for name, text in released_notebooks(release).items():
        path = folder / name
        if is_readable(path):
            continue
        if os.path.lexists(path):
            path.rename(_free(path))
            what = "could not be read; it was kept beside"
        else:
            what = "was missing"
        path.write_text(text, encoding="utf-8")
        yield f"{path}: the notebook {what}, and the released one put there."


def released_notebooks(release: Path) -> dict[str, str]:
    """Return the notebooks of ours in *release*, by name; of another's, none."""
    found = {}
    for path in sorted(release.glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        try:
            is_ours = bool(exercises_in(json.loads(text)))
        except ValueError:
            continue
        if is_ours:
            found[path.name] = text
    return found


def is_readable(path: Path) -> bool:
    """Return whether nbgrader can read the notebook at *path*, which is no link."""
    try:
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _MOST_BYTES:
            return False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids are no reason
            notebook: Any = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        language = notebook.metadata.get("language", "")
        return all(isinstance(cell, dict) for cell in notebook.cells) and isinstance(language, str)
    except Exception:  # noqa: BLE001 - whatever reading it raises, it is not readable
        return False


def _release_of(course: Path, assignment: str) -> Path:
    released = course / "release" / assignment
    return released if released.is_dir() else course / "source" / assignment


def _free(path: Path) -> Path:
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.received-{number}")):
        number += 1
    return aside
