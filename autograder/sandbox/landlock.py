"""Landlock: the kernel lets this process reach only the named folders, from now on.

It needs no privilege and works inside containers (Linux 5.13). What newer kernels add
is used where it is there: TCP from ABI 4, signals and abstract sockets from ABI 6.
Numbers are those of `include/uapi/linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["NEWEST", "abi", "absences", "restrict"]

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_ALL_ABI1 = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_ALL_TCP = 0b11
_ALL_SCOPES = 0b11

_ABI_REFER, _ABI_TRUNCATE, _ABI_TCP, _ABI_IOCTL, _ABI_SCOPES = 2, 3, 4, 5, 6

NEWEST = 7
"""The last version that we know; what it adds (control of the audit log) restricts nothing."""
_SINCE = {
    "landlock refer": (2, "5.19", "no file can be moved to another folder, nor linked there"),
    "landlock truncate": (3, "6.2", "seccomp refuses to open a file for reading and empty it"),
    "landlock tcp": (4, "6.7", "seccomp refuses every socket"),
    "landlock ioctl": (5, "6.10", "seccomp allows a few harmless requests to devices"),
    "landlock scopes": (
        6,
        "6.12",
        "signals are left to seccomp, and to the pid namespace or a user of the worker's own",
    ),
}
"""What came later than version 1: its version, its Linux, and what holds without it."""

_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """Return the version that this kernel offers; 0 where it has none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)))


def absences(version: int) -> dict[str, str]:
    """Return what *version* cannot do, each with what takes its place.

    Args:
        version: What `abi` returned.
    """
    if not version:
        return {"landlock": "needs Linux 5.13 with Landlock enabled"}
    return {
        name: f"this kernel has version {version} of Landlock, it needs {since} (Linux {linux}); "
        f"meanwhile {instead}"
        for name, (since, linux, instead) in _SINCE.items()
        if version < since
    }


def restrict(version: int, *, readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Let this process, and what it starts, reach nothing but these folders and files.

    Args:
        version: What `abi` returned; may be lower, to act as an older kernel would.
        readable: May be read, listed and mapped as code.
        writable: May be read and changed.

    Raises:
        OSError: If the kernel refuses; nothing is restricted then.
    """
    handled = _handled(version)
    scoped = _ALL_SCOPES if version >= _ABI_SCOPES else 0
    tcp = _ALL_TCP if version >= _ABI_TCP else 0
    attributes = struct.pack("=QQQ", handled, tcp, scoped)
    size = 24 if scoped else 16 if tcp else 8
    ruleset = _checked(_libc.syscall(_CREATE_RULESET, attributes, size, 0))
    try:
        for path in readable:
            _allow(ruleset, path, _READ)
        for path in writable:
            _allow(ruleset, path, handled & ~_EXECUTE)
        _checked(_libc.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _handled(version: int) -> int:
    rights = _ALL_ABI1
    for since, right in (
        (_ABI_REFER, _REFER),
        (_ABI_TRUNCATE, _TRUNCATE),
        (_ABI_IOCTL, _IOCTL_DEV),
    ):
        rights |= right if version >= since else 0
    return rights


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # a folder of `sys.path` that does not exist needs no rule
    try:
        if not path.is_dir():
            rights &= _FILE_RIGHTS
        rule = struct.pack("=Qi", rights, handle)
        _checked(_libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
    finally:
        os.close(handle)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
