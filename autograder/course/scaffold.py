"""Make a new exercise: a complete skeleton, sound as it stands, for its author to fill.

The texts lie in `skeleton/`. Both halves are made aside and moved into their places last, so a
failure leaves nothing behind.
"""

from __future__ import annotations

import importlib.machinery
import json
import keyword
import re
import shutil
import string
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import Exercise, Track
from autograder.errors import UserError

if TYPE_CHECKING:
    from autograder.course.catalog import Catalog

__all__ = ["Created", "create"]

_SKELETON = Path(__file__).with_name("skeleton")
_PLACES = {
    "exercise.toml": "assignments/$id/exercise.toml",
    "lesson.md": "assignments/$id/README.md",
    "stub.py": "assignments/$id/$id.py",
    "public_probes.py": "assignments/$id/public/probes.py",
    "public_checks.py": "assignments/$id/public/test_$id.py",
    "solution.py": "solutions/$id/$id.py",
    "notes.md": "solutions/$id/NOTES.md",
    "hidden_probes.py": "solutions/$id/suite/probes.py",
    "correctness.py": "solutions/$id/suite/test_correctness.py",
    "parity.py": "solutions/$id/suite/test_parity.py",
    "torch_impl.py": "solutions/$id/suite/torch_impl.py",
    "mistake.py": "solutions/$id/mistakes/returns_it_unchanged.py",
    "spelling.py": "solutions/$id/spellings/as_a_product.py",
}
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LONGEST_ID, _LONGEST_TITLE = 24, 60
_OURS = {"autograder", "cli", "probes", "conftest", "torch_impl", "baseline"}
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{n}{i}" for n in ("com", "lpt") for i in range(10)}
"""Names that Windows keeps for devices, whatever their ending."""
_GAP = 10


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """The new exercise, and its files in the course."""

    exercise: Exercise
    files: tuple[str, ...]

    def in_words(self) -> str:
        """Return what was made, and what its author does next."""
        name = self.exercise.id
        made = "\n".join(f"  {file}" for file in self.files)
        return (
            f"Made the draft {name!r}, number {self.exercise.order} in the course:\n{made}\n"
            f"It is sound as it stands, with one small function as an example. Next:\n"
            f"  1. Replace the example, and what is marked TODO(author), file by file.\n"
            f"  2. Run 'grade audit {name}' in between: it says what is wrong, and what is still "
            f"to fill.\n"
            f"  3. Take 'draft = true' out of exercise.toml; then every list shows it."
        )


def create(
    catalog: Catalog,
    exercise_id: str,
    *,
    title: str | None = None,
    track: str = Track.LESSON.value,
    order: int | None = None,
    minutes: tuple[int, int] = (10, 15),
) -> Created:
    """Make the exercise *exercise_id* in the course.

    Args:
        catalog: The course.
        exercise_id: Its id, and the name of its first file and function.
        title: What lists call it; by default the id in words.
        track: Which way through the course it belongs to.
        order: Its place in the course; by default after the last.
        minutes: How long it takes, from low to high.

    Raises:
        UserError: If the id cannot be one, is taken, or the folders cannot be written.
    """
    _refuse_id(exercise_id, catalog)
    title = exercise_id.replace("_", " ").capitalize() if title is None else title.strip()
    if not title or len(title) > _LONGEST_TITLE or not title.isprintable():
        raise UserError(
            f"The title {title!r} must be one line of 1 to {_LONGEST_TITLE} characters."
        )
    if not 0 < minutes[0] <= minutes[1]:
        raise UserError(
            f"The minutes must go from low to high; {minutes[0]} to {minutes[1]} do not."
        )
    if order is None:
        order = max((e.order for e in catalog.everything), default=0) + _GAP
    filled = {
        "id": exercise_id,
        "title": title,
        "title_quoted": json.dumps(title, ensure_ascii=False),
        "track": track,
        "order": order,
        "low": minutes[0],
        "high": minutes[1],
    }
    try:
        files = _build(catalog.root, exercise_id, filled)
    except OSError as error:
        raise UserError(
            f"The exercise cannot be written: {error.filename or catalog.root}: {error.strerror}."
        ) from error
    public, secret = _homes(catalog.root, exercise_id)
    return Created(exercise=Exercise.load(public, secret), files=files)


def _refuse_id(exercise_id: str, catalog: Catalog) -> None:
    said = f"{exercise_id!r} cannot be the id of an exercise: "
    if not _ID.fullmatch(exercise_id) or len(exercise_id) > _LONGEST_ID:
        raise UserError(
            f"{said}an id is 1 to {_LONGEST_ID} small letters, digits and underscores, and begins "
            f"with a letter; try {_nearest(exercise_id)!r}."
        )
    if keyword.iskeyword(exercise_id) or keyword.issoftkeyword(exercise_id):
        raise UserError(f"{said}it is a keyword of Python.")
    if exercise_id.startswith("test_") or exercise_id.endswith("_test"):
        raise UserError(f"{said}pytest would take {exercise_id}.py for tests.")
    if exercise_id in _RESERVED:
        raise UserError(f"{said}Windows has no file of that name.")
    if _is_module(exercise_id):
        raise UserError(
            f"{said}a student's {exercise_id}.py would hide the module {exercise_id!r}; "
            f"try {f'my_{exercise_id}'!r}."
        )
    if any(home.exists() for home in _homes(catalog.root, exercise_id)):
        raise UserError(f"There is an exercise {exercise_id!r} already; nothing was changed.")
    if not (catalog.root / "solutions").is_dir() and catalog.everything:
        raise UserError(
            f"The course in {catalog.root} has no 'solutions' here, so nothing can be added; name "
            f"your own with --course DIR."
        )


def _nearest(exercise_id: str) -> str:
    """Return an id that *exercise_id* may have meant."""
    words = re.sub(r"[^a-z0-9]+", "_", exercise_id.lower()).strip("_")
    return (words if words[:1].isalpha() else f"my_{words}")[:_LONGEST_ID].strip("_")


def _is_module(name: str) -> bool:
    """Return whether *name* can be imported, from elsewhere than the folder in which we are."""
    if name in _OURS or name in sys.stdlib_module_names:
        return True
    here = Path.cwd()
    places = [place for place in sys.path if place and Path(place).resolve() != here]
    found = importlib.machinery.PathFinder.find_spec(name, places)
    return found is not None and found.origin is not None


def _homes(root: Path, exercise_id: str) -> tuple[Path, Path]:
    return root / "assignments" / exercise_id, root / "solutions" / exercise_id


def _build(root: Path, exercise_id: str, filled: dict[str, object]) -> tuple[str, ...]:
    """Write everything beside its place, look at it, and move it there."""
    homes = _homes(root, exercise_id)
    (root / "solutions").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".new-") as aside:
        files = []
        for name, place in _PLACES.items():
            text = (_SKELETON / f"{name}.template").read_text(encoding="utf-8")
            file = string.Template(place).substitute(filled)
            path = Path(aside) / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(string.Template(text).substitute(filled), encoding="utf-8")
            files.append(file)
        made = _homes(Path(aside), exercise_id)
        Exercise.load(*made)  # nothing is moved that could not be read again
        moved: list[Path] = []
        try:
            for source, home in zip(made, homes, strict=True):
                source.rename(home)
                moved.append(home)
        except BaseException:
            for home in moved:
                shutil.rmtree(home, ignore_errors=True)
            raise
    return tuple(files)
