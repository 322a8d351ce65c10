"""Numbers that a worker must not exceed, kept by the kernel (setrlimit)."""

from __future__ import annotations

import contextlib
import os
import resource

import msgspec

__all__ = ["WorkerLimits", "apply"]

_MB = 2**20


class WorkerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one worker; the judge's deadlines come on top."""

    memory_mb: int = 1024
    scratch_mb: int = 16
    processes: int = 64
    """Threads included; counts for the worker's own user only."""
    open_files: int = 256
    cpu_seconds: int = 600
    """A last resort: the judge ends a probe long before."""


def apply(limits: WorkerLimits, *, own_user: bool) -> tuple[str, ...]:
    """Set *limits* on this process, for good.

    Args:
        limits: What to set.
        own_user: Whether this user owns no process but the worker's; only then can their
            number be limited without harming others.

    Returns:
        The names of the limits that are in force.
    """
    memory = _address_space() + limits.memory_mb * _MB
    wanted = {
        "RLIMIT_AS": memory,
        "RLIMIT_CPU": limits.cpu_seconds,
        "RLIMIT_FSIZE": limits.scratch_mb * _MB,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_NICE": 0,
        "RLIMIT_RTPRIO": 0,
    }
    if own_user:
        wanted["RLIMIT_NPROC"] = limits.processes
    in_force = []
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # not on every system
            resource.setrlimit(getattr(resource, name), (value, value))
            in_force.append(name)
    return tuple(in_force)


def _address_space() -> int:
    """Return the size in bytes of what is mapped already, most of it torch's libraries."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - before caging
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 4096 * _MB
