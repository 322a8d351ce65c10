"""Hand out the public half of exercises: a folder and a zip that hold `assignments/<id>`, no more.

Releasing is copying: what is secret lies in `solutions/` and is never opened here, and a link is
refused, since it could lead there. The same exercises always give the same bytes.
"""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from autograder.errors import CourseError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.course.exercise import Exercise

__all__ = ["Bundle", "bundle", "copy_public", "public_files"]

_LEFT_BEHIND = {".torchgrade", "__pycache__", ".pytest_cache", ".ipynb_checkpoints"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold; with the file's own, every release would differ."""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed out: *files* below *folder*, and the same in *archive*."""

    folder: Path
    archive: Path
    files: tuple[str, ...]

    def in_words(self) -> str:
        """Return what was written."""
        return f"{self.folder} and {self.archive}: {len(self.files)} files, nothing secret."


def bundle(exercises: Sequence[Exercise], out: Path) -> Bundle:
    """Write `assignments/<id>` of *exercises* into *out*, and `assignments.zip` beside it.

    An exercise that was released there before is replaced; others stay.

    Raises:
        UserError: If *out* cannot be written, or is the course itself.
        CourseError: If an exercise holds what must not be handed out.
    """
    try:
        for exercise in exercises:
            copy_public(exercise, out / "assignments" / exercise.id)
        return _packed(out)
    except OSError as error:
        raise UserError(f"Cannot write to {str(out)!r}: {error.strerror or error}.") from error


def copy_public(exercise: Exercise, target: Path) -> None:
    """Let *target* be the public folder of *exercise*, and nothing else.

    Raises:
        UserError: If *target* is a part of the course.
        CourseError: If the folder holds what must not be handed out.
    """
    files = dict(public_files(exercise))
    if target.resolve().is_relative_to(exercise.public.resolve().parent):
        raise UserError(f"{str(target)!r} is the course itself; release to another folder.")
    if target.is_dir():
        shutil.rmtree(target)
    for name, path in files.items():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def public_files(exercise: Exercise) -> Iterator[tuple[PurePosixPath, Path]]:
    """Yield every file that students get, by its name below the exercise's folder.

    Raises:
        CourseError: If there is a link, or anything else that is no plain file.
    """
    for path in sorted(exercise.public.rglob("*")):
        name = path.relative_to(exercise.public)
        mode = path.lstat().st_mode
        if _LEFT_BEHIND.intersection(name.parts) or stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            raise CourseError(
                f"{path} is no plain file, and a link could lead to a secret; put a copy there."
            )
        yield PurePosixPath(name.as_posix()), path


def _packed(out: Path) -> Bundle:
    """Pack everything that was released to *out*."""
    root, archive = out / "assignments", out / "assignments.zip"
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    names = tuple(f"assignments/{path.relative_to(root).as_posix()}" for path in paths)
    with zipfile.ZipFile(archive, "w") as packed:
        for name, path in zip(names, paths, strict=True):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(member, path.read_bytes())
    return Bundle(folder=root, archive=archive, files=names)
