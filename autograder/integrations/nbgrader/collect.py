"""Collect submissions without trusting them: no link is followed, no limit exceeded.

nbgrader's own `collect` copies with the instructor's rights whatever a link in a student's folder
points to, believes names of folders, and has removed the earlier copy by the time it fails. Here

* only plain files that belong to the owner of the folder are taken, each opened without following
  links and read through its descriptor; the rest is left behind and said so;
* a folder in somebody else's name, and a name that makes no sense, stop nobody else;
* a missing or damaged notebook is replaced by the released one.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.exchange.default import ExchangeCollect

from autograder.integrations.nbgrader.mending import mend

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SafeCollect"]

_MOST_FILES = 500
_DEEPEST = 8
_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_BEFORE_ALL = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - nbgrader compares naive ones, in UTC


class SafeCollect(ExchangeCollect):  # type: ignore[misc]  # untyped
    """What `c.ExchangeFactory.collect` names."""

    def _path_to_record(self, path: str) -> dict[str, Any]:
        nobody = {"username": "", "filename": os.path.basename(path), "timestamp": _BEFORE_ALL}  # noqa: PTH119
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except Exception as error:  # noqa: BLE001 - a name can hold anything
            self.log.warning("Left behind: %s: its name makes no sense (%s).", path, error)
            return nobody
        if (reason := self._objection(path, record["username"])) is not None:
            self.log.warning("Left behind: %s: %s.", path, reason)
            return nobody
        return record

    def _objection(self, path: str, student: str) -> str | None:
        """Return why the folder at *path* cannot be *student*'s."""
        try:
            facts = os.lstat(path)
        except OSError as error:
            return error.strerror
        if not stat.S_ISDIR(facts.st_mode):
            return "it is no folder"
        if not self.check_owner:
            return None
        owner = _name_of(facts.st_uid)
        if owner in (None, student):
            return None  # an unknown id proves nothing; nbgrader says that it is one
        return (
            f"it says {student!r} and belongs to {owner!r}; where one user submits for all, "
            f"set c.ExchangeCollect.check_owner = False"
        )

    src_records: list[dict[str, Any]]

    def copy_files(self) -> None:
        """Collect what is somebody's."""
        self.src_records = [record for record in self.src_records if record["username"]]
        super().copy_files()

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy the plain files of the submission *src* to the new folder *dest*."""
        del log
        target = Path(dest)
        target.mkdir(parents=True)
        room = _Room(1000 * self.coursedir.max_dir_size)
        descriptor = os.open(src, _FOLDER)
        try:
            owner = os.fstat(descriptor).st_uid
            for reason in self._copy(descriptor, target, owner, room, 0):
                self.log.warning("Left behind: %s/%s.", src, reason)
        finally:
            os.close(descriptor)
        self.log.debug("%d files collected", room.files)
        place = (self.coursedir.release_directory, ".", self.coursedir.assignment_id)
        for sentence in mend(target, Path(self.coursedir.format_path(*place))):
            self.log.warning("%s", sentence)
        if self.coursedir.groupshared:
            _share(target)

    def _copy(
        self, folder: int, target: Path, owner: int, room: _Room, depth: int
    ) -> Iterator[str]:
        """Copy what is in the open *folder*; yield what was left behind, and why."""
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
        # Work comes first, so that a flood of other files cannot push it out.
        for name in sorted(names, key=lambda name: not name.endswith((".py", ".ipynb", ".txt"))):
            if any(fnmatch.fnmatch(name, pattern) for pattern in self.coursedir.ignore):
                continue
            try:
                facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISDIR(facts.st_mode) and depth < _DEEPEST:
                    (target / name).mkdir()
                    inner = os.open(name, _FOLDER, dir_fd=folder)
                    try:
                        below = self._copy(inner, target / name, owner, room, depth + 1)
                        yield from (f"{name}/{reason}" for reason in below)
                    finally:
                        os.close(inner)
                elif (reason := self._copy_file(folder, name, target, owner, room)) is not None:
                    yield f"{name}: {reason}"
            except OSError as error:
                yield f"{name}: {error.strerror}"

    def _copy_file(
        self, folder: int, name: str, target: Path, owner: int, room: _Room
    ) -> str | None:
        """Copy one file, or return why not; what is measured is what is read."""
        if not any(fnmatch.fnmatch(name, pattern) for pattern in self.coursedir.include):
            return None  # nbgrader leaves it out in silence, too
        if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            return "it is no plain file, and links are not followed"
        descriptor = os.open(name, _FILE, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode):
                return "it is no plain file"
            if facts.st_uid != owner:
                return "it belongs to somebody else"
            most = min(1000 * self.coursedir.max_file_size, room.bytes)
            content = file.read(most + 1) if facts.st_size <= most else None
        if content is None or len(content) > most or room.files >= _MOST_FILES:
            return "it is too large, or one too many"
        room.bytes -= len(content)
        room.files += 1
        (target / name).write_bytes(content)
        return None


class _Room:
    """How much of one submission is still taken."""

    def __init__(self, most: int) -> None:
        self.bytes = most
        self.files = 0


def _name_of(uid: int) -> str | None:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _share(folder: Path) -> None:
    """Let the group write, as nbgrader does where several people teach a course."""
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        path.chmod(stat.S_IMODE(mode) | (0o2770 if stat.S_ISDIR(mode) else 0o660))
