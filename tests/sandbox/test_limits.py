"""The kernel's limits alone: memory, files, descriptors, dumps, processor time."""

from __future__ import annotations

import resource
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from autograder.sandbox import limits
from autograder.sandbox.limits import WorkerLimits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measured on Linux")

_MB = 2**20


def test_memory_ends_at_its_limit(
    in_child: Callable[..., Any], outcome_of: Callable[..., str]
) -> None:
    """What a worker may use counts on top of what is mapped already."""

    def attempt() -> list[str]:
        limits.apply(WorkerLimits(memory_mb=100), own_user=False)
        return [outcome_of(lambda: bytearray(50 * _MB)), outcome_of(lambda: bytearray(200 * _MB))]

    assert in_child(attempt) == ["done", "MemoryError"]


def test_torch_meets_the_limit_with_an_exception(in_child: Callable[..., Any]) -> None:
    """A tensor that is too large is an exception, and the process lives on."""
    import torch

    def attempt() -> int:
        limits.apply(WorkerLimits(memory_mb=100), own_user=False)
        with pytest.raises(RuntimeError, match="allocate memory"):
            torch.zeros(200 * _MB, dtype=torch.uint8)
        return int(torch.ones(3).sum())

    assert in_child(attempt) == 3


def test_files_end_at_their_size(
    tmp_path: Path, in_child: Callable[..., Any], outcome_of: Callable[..., str]
) -> None:
    """A file grows to its limit and no further."""

    def attempt() -> list[str]:
        limits.apply(WorkerLimits(scratch_mb=1), own_user=False)
        sizes = (_MB, _MB + 1)
        return [outcome_of(lambda n=n: (tmp_path / str(n)).write_bytes(bytes(n))) for n in sizes]

    assert in_child(attempt) == ["done", "EFBIG"]


def test_open_files_are_counted(
    in_child: Callable[..., Any], outcome_of: Callable[..., str]
) -> None:
    """Descriptors run out."""

    def attempt() -> list[str]:
        limits.apply(WorkerLimits(open_files=64), own_user=False)
        files: list[object] = []
        return [outcome_of(lambda: files.append(open("/dev/null"))) for _ in range(70)]  # noqa: PTH123

    seen = in_child(attempt)

    assert seen[0] == "done"
    assert seen[-1] == "EMFILE"


def test_processor_time_ends(in_child: Callable[..., Any]) -> None:
    """A process that computes on and on is ended by the kernel, whatever it ignores."""

    def attempt() -> None:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        limits.apply(WorkerLimits(cpu_seconds=1), own_user=False)
        while True:
            pass

    assert in_child(attempt) == -signal.SIGKILL


def test_a_crash_leaves_no_dump(in_child: Callable[..., Any]) -> None:
    """There are no core dumps, and nothing is locked, queued or put before others."""

    def attempt() -> list[tuple[int, int]]:
        limits.apply(WorkerLimits(), own_user=False)
        names = ("CORE", "MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO")
        return [resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names]

    assert in_child(attempt) == [[0, 0]] * 5


@pytest.mark.parametrize("own_user", [True, False])
def test_processes_are_counted_for_an_own_user_only(
    in_child: Callable[..., Any], own_user: bool
) -> None:
    """A limit on processes would count those of everybody with the same id."""

    def attempt() -> tuple[bool, int]:
        names = limits.apply(WorkerLimits(processes=17), own_user=own_user)
        return "RLIMIT_NPROC" in names, resource.getrlimit(resource.RLIMIT_NPROC)[0]

    named, number = in_child(attempt)

    assert named == own_user
    assert (number == 17) == own_user


def test_every_limit_is_in_force(in_child: Callable[..., Any]) -> None:
    """On Linux no limit is passed over in silence."""

    def attempt() -> list[str]:
        return list(limits.apply(WorkerLimits(), own_user=True))

    assert set(in_child(attempt)) == {
        f"RLIMIT_{name}"
        for name in [
            "AS",
            "CPU",
            "FSIZE",
            "NOFILE",
            "CORE",
            "MEMLOCK",
            "MSGQUEUE",
            "NICE",
            "RTPRIO",
            "NPROC",
        ]
    }
