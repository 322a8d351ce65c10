"""Read files from a folder that belongs to somebody who may not be trusted.

The student may have put anything under a file's name, and may still be changing it. So a
name is opened once, without following links, and what was opened is examined and read
through its descriptor: what is measured is what is read. Nothing is written.
"""

from __future__ import annotations

import difflib
import errno
import os
import stat
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

from autograder.errors import UserError
from autograder.language import marked, tr, trn
from autograder.submission.ungradable import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = [
    "Folder",
    "found_instead",
    "listed",
    "nearest",
    "opened",
    "require_file",
    "require_size",
]

# Not every system has every flag; each adds one precaution where it exists.
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)  # a named pipe would wait for a writer
_HAS_DIR_FD = os.open in os.supports_dir_fd

_MOST_NAMES = 1000  # of a folder that are looked at

_OTHER_THINGS = (
    (stat.S_ISDIR, marked("a folder")),
    (stat.S_ISFIFO, marked("a named pipe")),
    (stat.S_ISSOCK, marked("a socket")),
    (stat.S_ISCHR, marked("a device")),
    (stat.S_ISBLK, marked("a device")),
)
_NO_FILE = marked("not a file")


class Folder:
    """An open folder; its files are reached through its descriptor where the system can."""

    def __init__(self, path: Path, descriptor: int | None, only: str | None) -> None:
        self.path = path
        self.descriptor = descriptor
        self.only = only
        """Set where one file was handed in by itself: its name on disk, whatever that is."""

    def names(self) -> list[str]:
        """Return the names in the folder, sorted, up to a limit; none where a file was given."""
        if self.only:
            return []
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as entries:
            return sorted(entry.name for entry in islice(entries, _MOST_NAMES))

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of the regular file *name*, at most *limit* of them.

        Raises:
            Ungradable: If something else is there, or more.
            UserError: If the storage fails.
        """
        on_disk = self.only or name
        descriptor = None
        try:
            # Opening a device may set it going, so look first; and look again at what was
            # opened, because the name may have been given to something else in between.
            require_file(name, self._look(on_disk).st_mode)
            flags = _READ | _NO_LINKS | _NO_WAITING
            descriptor = os.open(self._at(on_disk), flags, dir_fd=self.descriptor)
            status = os.fstat(descriptor)
            require_file(name, status.st_mode)
            self._require_own(name, status)
            require_size(name, status.st_size, limit)
            with open(descriptor, "rb", closefd=False) as file:
                raw = file.read(limit + 1)
            require_size(name, len(raw), limit)
        except OSError as error:
            self._explain(name, error)
        else:
            return raw
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _at(self, name: str) -> Path | str:
        return self.path / name if self.descriptor is None else name

    def _look(self, name: str) -> os.stat_result:
        return os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)

    def _is_folder(self, name: str) -> bool:
        return stat.S_ISDIR(self._look(name).st_mode)

    def _has(self, name: str) -> bool:
        try:
            return stat.S_ISREG(self._look(name).st_mode)
        except OSError:
            return False

    def _require_own(self, name: str, status: os.stat_result) -> None:
        # A hard link to somebody else's file would have the grader read it for the student.
        # Backups and file stores make hard links too, but those keep the folder's owner.
        if status.st_nlink > 1 and status.st_uid != self._look(".").st_uid:
            sentence = tr(
                "{name!r} is a hard link to a file of somebody else; copy it instead.", name=name
            )
            refuse("link", sentence)

    def _explain(self, name: str, error: OSError) -> NoReturn:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            refuse("missing", self._missing(name))
        if isinstance(error, PermissionError):
            sentence = tr("{name!r} may not be read; allow it: chmod a+r {name}.", name=name)
            refuse("unreadable", sentence)
        if error.errno == errno.ELOOP:
            refuse("link", _a_link(name))
        path, reason = str(self.path / name), error.strerror
        raise UserError(
            tr("{path!r} cannot be read: {reason}.", path=path, reason=reason)
        ) from error

    def _missing(self, name: str) -> str:
        names = [n for n in self.names() if not n.startswith(".")]
        folders = {n for n in names if self._is_folder(n)}
        inside = next((n for n in sorted(folders) if self._has(f"{n}/{name}")), None)
        if inside:
            found = tr("it lies in the folder {folder!r}. Hand in that folder.", folder=inside)
        else:
            found = found_instead(name, [n for n in names if n not in folders])
        return tr("Your folder has no {name!r}; {found}", name=name, found=found)


@contextmanager
def opened(source: Path, files: Sequence[str]) -> Iterator[Folder]:
    """Open *source*, a folder with *files*, or the file itself where there is one.

    Raises:
        Ungradable: If *source* is a symbolic link.
        UserError: If *source* does not exist or cannot be read, or is one file of several.
    """
    descriptor = None
    try:
        mode = source.lstat().st_mode
        if stat.S_ISLNK(mode):
            refuse("link", _a_link(source.name))
        is_folder = stat.S_ISDIR(mode)
        if not is_folder and len(files) > 1:
            raise UserError(
                tr(
                    "{path!r} is one file; hand in a folder: {names}.",
                    path=str(source),
                    names=listed(files),
                )
            )
        path = source if is_folder else source.parent
        if _HAS_DIR_FD:
            descriptor = os.open(path, _READ | os.O_DIRECTORY | (_NO_LINKS if is_folder else 0))
        yield Folder(path, descriptor, None if is_folder else source.name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(
            tr("{path!r} cannot be read: {reason}.", path=str(source), reason=reason)
        ) from error
    finally:
        if descriptor is not None:
            os.close(descriptor)


def listed(names: Sequence[str]) -> str:
    """Return at most five *names*, quoted, and how many more there are."""
    left = len(names) - 5
    more = trn(" and {n} more", " and {n} more", left) if left > 0 else ""
    return ", ".join(repr(name) for name in names[:5]) + more


def found_instead(name: str, names: Sequence[str]) -> str:
    """Return the end of a sentence: which file of *names* was meant as *name*, and what to do."""
    near = nearest(name, names)
    scripts = [n for n in names if n.endswith(".py")]
    if near and near.endswith(".ipynb"):
        return tr("found {near!r}. Save its code as {name!r}.", near=near, name=name)
    if near:
        return tr("found {near!r}. Rename it.", near=near)
    if scripts:
        return tr("found {names}.", names=listed(scripts))
    return tr("it has no Python file.")


def nearest(word: str, names: Sequence[str]) -> str | None:
    """Return the one of *names* that was most likely meant as *word*; case is no difference."""
    same = [name for name in names if name.casefold() == word.casefold()]
    return next(iter(same or difflib.get_close_matches(word, names, n=1)), None)


def require_file(name: str, mode: int) -> None:
    """Refuse *name* unless *mode*, as the system or an archive tells it, is a regular file's."""
    if stat.S_ISLNK(mode):
        refuse("link", _a_link(name))
    if not stat.S_ISREG(mode):
        things = (thing for is_one, thing in _OTHER_THINGS if is_one(mode))
        thing = tr(next(things, _NO_FILE))
        sentence = tr("{name!r} is {thing}; put the file there.", name=name, thing=thing)
        refuse("not_a_file", sentence)


def require_size(name: str, size: int, limit: int) -> None:
    """Refuse *name* if its *size* is beyond *limit*."""
    if size > limit:
        sentence = tr(
            "{name!r} has {size:,} bytes; the limit is {limit:,} ({kib} KiB).",
            name=name,
            size=size,
            limit=limit,
            kib=limit // 1024,
        )
        refuse("too_big", sentence)


def _a_link(name: str) -> str:
    return tr("{name!r} is a symbolic link; hand in what it points at.", name=name)
