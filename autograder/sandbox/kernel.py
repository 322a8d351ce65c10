"""The few Linux system calls that Python 3.11 does not offer, each as a function that raises."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct

__all__ = [
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "CLONE_NEWUTS",
    "MS_BIND",
    "MS_NODEV",
    "MS_NOEXEC",
    "MS_NOSUID",
    "MS_PRIVATE",
    "MS_RDONLY",
    "MS_REC",
    "MS_REMOUNT",
    "adopt_orphans",
    "die_with_parent",
    "drop_capabilities",
    "make_read_only",
    "mount",
    "no_new_privileges",
    "pivot_root",
    "setns",
    "stay_dumpable",
    "unshare",
]

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442
_CAPSET = {"x86_64": 126, "aarch64": 91}
_AT_RECURSIVE, _AT_FDCWD = 0x8000, -100
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_PR_SET_CHILD_SUBREAPER = 36
_CAPABILITIES = 64

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _number(table: dict[str, int], what: str) -> int:
    machine = os.uname().machine
    if machine not in table:
        raise OSError(f"{what}: its number on {machine} is not known")
    return table[machine]


def unshare(flags: int) -> None:
    """Leave the namespaces named by *flags* for new ones."""
    _checked(_libc.unshare(flags), "unshare")


def setns(handle: int, kind: int) -> None:
    """Enter the namespace that *handle* refers to."""
    _checked(_libc.setns(handle, kind), "setns")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount *source* on *target*."""
    arguments = [None if a is None else os.fsencode(a) for a in (source, target, kind)]
    result = _libc.mount(*arguments, ctypes.c_ulong(flags), os.fsencode(options) or None)
    _checked(result, f"mount on {target}")


def make_read_only(target: str) -> None:
    """Make the mount on *target*, and all below it, read-only without set-user-id programs."""
    attributes = struct.pack("=QQQQ", MS_RDONLY | MS_NOSUID, 0, 0, 0)
    result = _libc.syscall(
        _MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, attributes, len(attributes)
    )
    _checked(result, f"mount_setattr on {target}")


def pivot_root(new_root: str) -> None:
    """Make *new_root*, a mount point, the root, and let go of the old one."""
    os.chdir(new_root)
    call = _number(_PIVOT_ROOT, "pivot_root")
    _checked(_libc.syscall(call, b".", b"."), "pivot_root")
    _checked(_libc.umount2(b".", _MNT_DETACH), "umount of the old root")
    os.chdir("/")


def no_new_privileges() -> None:
    """Make sure that nothing this process starts gains rights."""
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    for capability in range(_CAPABILITIES):
        with contextlib.suppress(OSError):  # the bounding set ends below 64, and may be locked
            _checked(_libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0), "capability")
    header = struct.pack("=Ii", 0x20080522, 0)
    call = _number(_CAPSET, "capset")
    _checked(_libc.syscall(call, header, b"\0" * 24), "capset")


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send *signal_number* to this process when its parent ends."""
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "parent death signal")


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, and so see it end."""
    _checked(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "child subreaper")


def stay_dumpable() -> None:
    """Keep this process's `/proc/self` its own after a change of user, so that it can map ids."""
    _checked(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "dumpable")
