"""One timing at a time has a core, or a GPU, over all processes of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from autograder.sandbox import exclusive
from autograder.sandbox.exclusive import exclusive_core, exclusive_gpu

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"), reason="this system pins no process"
)

_HOLD = """
import sys
from autograder.sandbox.exclusive import exclusive_gpu
with exclusive_gpu():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_locks(tmp_path, monkeypatch):
    """Keep away from the locks of what else runs on this machine."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(exclusive.tempfile, "gettempdir", lambda: str(tmp_path))


def test_a_core_is_one_of_ours():
    """It is one on which this process may run."""
    with exclusive_core() as core:
        assert core in os.sched_getaffinity(0)


def test_two_timings_have_two_cores(monkeypatch):
    """Whoever comes second takes another core."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})

    with exclusive_core() as one, exclusive_core() as other:
        assert {one, other} == {0, 1}


def test_whoever_finds_no_free_core_waits(monkeypatch):
    """On one core the second timing begins when the first is over."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    began, got = threading.Event(), threading.Event()

    def second():
        began.set()
        with exclusive_core():
            got.set()

    with exclusive_core():
        waiting = threading.Thread(target=second)
        waiting.start()
        assert began.wait(10)
        assert not got.wait(0.1)
    assert got.wait(10)
    waiting.join()


def test_nobody_waits_for_ever(monkeypatch):
    """A lock that is never given back stops nobody's grading."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    monkeypatch.setattr(exclusive, "_PATIENCE", 0.05)

    with exclusive_core(), exclusive_core() as core:
        assert core == 0


def test_another_process_holds_a_gpu_until_it_ends():
    """The lock is the kernel's: it is there for other processes, and gone with its holder."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        got = threading.Event()

        def take():
            with exclusive_gpu():
                got.set()

        waiting = threading.Thread(target=take)
        waiting.start()
        assert not got.wait(0.1)
        other.kill()
        assert got.wait(10)
        waiting.join()
