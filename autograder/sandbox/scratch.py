"""The folders that workers may write, where they get no file system of their own.

The fork server keeps them: it makes one for each worker, looks now and then whether it holds more
than it may, and removes it when the worker is gone. A server that was killed could not; so each
folder is locked by its server, and the next one that starts removes what nobody holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

__all__ = ["WATCHED_EVERY", "Scratch", "sweep"]

WATCHED_EVERY = 0.1
"""Seconds between two looks: what is written meanwhile comes on top of the limit."""
_PREFIX = "torchgrade-work-"
_MOST_FILES = 1024
"""As in the file system of a worker that has one of its own."""
_BLOCK = 512
_STALE_SECONDS = 10.0
"""A folder is not locked in the moment that it is made."""


class Scratch:
    """One worker's folder, held until it is removed.

    Args:
        megabytes: How much it may hold.
    """

    def __init__(self, megabytes: int) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._allowed = megabytes * 2**20
        self._handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def is_full(self, pid: int) -> bool:
        """Tell whether the worker *pid* wrote more than it may, what it has unlinked included."""
        size = files = 0
        folders = [self.path]
        while folders:
            with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
                for entry in entries:
                    files += 1
                    with contextlib.suppress(OSError):
                        size += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
                    if size > self._allowed or files > _MOST_FILES:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
        return size + _unlinked(pid) > self._allowed

    def remove(self) -> None:
        """Remove it, with all that it holds."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._handle)


def _unlinked(pid: int) -> int:
    """Return the bytes of files that *pid* holds open and that have no name any more."""
    size = 0
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208 - a name is all that is needed
            with contextlib.suppress(OSError):
                found = os.stat(f"/proc/{pid}/fd/{name}")  # noqa: PTH116 - it is no path of files
                if stat.S_ISREG(found.st_mode) and not found.st_nlink:
                    size += found.st_blocks * _BLOCK
    return size


def sweep() -> None:
    """Remove the folders of servers that were killed; others hold theirs."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - os.fstat(handle).st_mtime > _STALE_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
