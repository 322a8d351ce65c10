"""Numbers that a worker must not exceed, kept by the kernel (setrlimit), and how a breach reads."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import resource
from pathlib import Path

import msgspec

from autograder.language import tr

__all__ = ["WorkerLimits", "apply", "breach_of", "sentence_of"]

_MB = 2**20
_NO_MEMORY = re.compile("can.t allocate memory|not enough memory|Cannot allocate memory")
_NO_THREAD = "can't start new thread"
_BY_CODE = {
    errno.EFBIG: "scratch",
    errno.EMFILE: "open_files",
    errno.ENOSPC: "scratch",
}
_STARTS_PROCESSES = re.compile(r"/(multiprocessing/\w+|subprocess)\.py$")


class WorkerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one worker; the judge's deadlines come on top."""

    memory_mb: int = 1024
    scratch_mb: int = 16
    processes: int = 64
    """Threads included; counts for the worker's own user only."""
    open_files: int = 256
    cpu_seconds: int = 600
    """A last resort: the judge ends a probe long before."""
    output_kb: int = 8
    """How much of what it prints is kept; the judge reads on, so that printing never blocks."""
    allow: tuple[str, ...] = ()
    """What it may do beyond the default; `processes` lets it fork."""

    @property
    def may_fork(self) -> bool:
        """Whether it may have child processes, which live in its cage and die with it."""
        return "processes" in self.allow


def apply(limits: WorkerLimits, *, own_user: bool, address_space: bool = True) -> tuple[str, ...]:
    """Set *limits* on this process, for good.

    Args:
        limits: What to set.
        own_user: Whether this user owns no process but the worker's; only then can their
            number be limited without harming others.
        address_space: Whether to limit the memory that it maps.

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
    if not address_space:
        del wanted["RLIMIT_AS"]
    if own_user:
        wanted["RLIMIT_NPROC"] = limits.processes
    elif limits.may_fork:  # who may make processes must be bounded; those of others count as well
        wanted["RLIMIT_NPROC"] = _tasks_of_this_user() + limits.processes
    in_force = []
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # not on every system
            resource.setrlimit(getattr(resource, name), (value, value))
            in_force.append(name)
    return tuple(in_force)


def _tasks_of_this_user() -> int:
    """Return how many threads this user has, in all processes."""
    user = os.geteuid()
    tasks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end meanwhile
            if folder.stat().st_uid == user:
                tasks += sum(1 for _ in (folder / "task").iterdir())
    return tasks


def _address_space() -> int:
    """Return the size in bytes of what is mapped already, most of it torch's libraries."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - before caging
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 4096 * _MB


def breach_of(error: BaseException, file: str) -> str | None:
    """Return the name of the limit that *error* speaks of, or None.

    Args:
        error: What was raised in a worker.
        file: Where it was raised.
    """
    text = str(error) if isinstance(error, RuntimeError) else ""
    code = error.errno if isinstance(error, OSError) else None
    if isinstance(error, MemoryError) or code == errno.ENOMEM or _NO_MEMORY.search(text):
        return "memory"
    if code is not None and _STARTS_PROCESSES.search(file):
        return "processes"
    if text == _NO_THREAD:
        return "threads"
    return _BY_CODE.get(code or 0)


def sentence_of(breach: str | None, limits: WorkerLimits) -> str | None:
    """Return what a student reads about the limit named *breach*, or None where it is no limit."""
    if breach == "processes" and limits.may_fork:
        return None  # whatever was refused, it was not the process
    if breach == "processes":
        return tr("your code started another process, which this exercise does not allow")
    return {
        "memory": tr(
            "your code asked for more than the {most} MB of memory that this exercise allows",
            most=limits.memory_mb,
        ),
        "scratch": tr(
            "your code wrote more than the {most} MB of files that this exercise allows",
            most=limits.scratch_mb,
        ),
        "open_files": tr(
            "your code held more than the {most} open files that this exercise allows",
            most=limits.open_files,
        ),
        "threads": tr(
            "your code started more than the {most} threads that this exercise allows",
            most=limits.processes,
        ),
    }.get(breach or "")
