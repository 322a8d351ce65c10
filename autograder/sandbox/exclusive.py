"""Have a processor core, or a GPU, for one timing at a time, over all graders of this machine.

A lock is a file in the temporary folder that is held with flock(2), so the kernel lets go of it
when its holder ends, however it ends. Other work may still run there: the lock keeps two timings
apart, no more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["exclusive_core", "exclusive_gpu"]

_LOOK_AGAIN = 0.005
"""Seconds until all locks are tried again."""
_PATIENCE = 300.0
"""Seconds after which one goes on without a lock: whoever holds them all does not time anything."""


@contextlib.contextmanager
def exclusive_core() -> Iterator[int | None]:
    """Wait for a core of this process's that no other timing has; yield its number.

    Yields None where this system cannot pin a process to a core.
    """
    if not hasattr(os, "sched_getaffinity"):
        yield None
        return
    cores = sorted(os.sched_getaffinity(0))
    random.shuffle(cores)  # or all graders would begin with the same one
    with _first_free([f"core-{core}" for core in cores]) as chosen:
        yield cores[chosen]


@contextlib.contextmanager
def exclusive_gpu(index: int = 0) -> Iterator[None]:
    """Wait until no other timing has the GPU numbered *index*."""
    with _first_free([f"gpu-{index}"]):
        yield


@contextlib.contextmanager
def _first_free(names: Sequence[str]) -> Iterator[int]:
    """Hold the first lock of *names* that is free; yield its place in the list."""
    with contextlib.ExitStack() as files:
        handles = [files.enter_context(_opened(name)) for name in names]
        patience = time.monotonic() + _PATIENCE
        while (free := next((i for i, h in enumerate(handles) if _lock(h)), None)) is None:
            if time.monotonic() > patience:
                free = 0
                break
            time.sleep(_LOOK_AGAIN)
        yield free


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _opened(name: str) -> Iterator[int]:
    """Open the lock file of *name*; read-only, since another user may have made it."""
    path = Path(tempfile.gettempdir()) / f"torchgrade-{name}.lock"
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o644))
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)
