"""A judge's process, as the grader sees it: start it, hand it submissions, end it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import Suite
from autograder.errors import CourseError
from autograder.judging import protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.exercise import Exercise

__all__ = ["Judge"]

_SECONDS_TO_END = 5
_LAST_WORDS = 4096
_START = """
import sys
sys.path.insert(0, {root!r})
import autograder
del sys.path[0]
import msgspec
from autograder.judging import judge, protocol
judge.main(msgspec.json.decode({config!r}, type=protocol.JudgeConfig))
"""


class Judge:
    """A judge's process, with the checks that it has collected."""

    def __init__(
        self, exercise: Exercise, suite: Suite, digest: str, control: socket.socket
    ) -> None:
        self.exercise = exercise
        self.digest = digest
        self.channel, theirs = socket.socketpair()
        mistakes = exercise.secret / "mistakes"
        config = protocol.JudgeConfig(
            suite=str(exercise.suite_folder(suite)),
            mistakes=str(mistakes) if suite is Suite.HIDDEN and mistakes.is_dir() else None,
            devices=exercise.devices,
            jobs=theirs.fileno(),
            control=control.fileno(),
        )
        root = str(Path(__file__).resolve().parents[2])
        start = _START.format(root=root, config=msgspec.json.encode(config))
        self._talk = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", start],
            stdin=subprocess.DEVNULL,
            stdout=self._talk,
            stderr=self._talk,
            pass_fds=(theirs.fileno(), control.fileno()),
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            start_new_session=True,
        )
        theirs.close()
        self._checks: tuple[protocol.PlannedCheck, ...] | None = None
        self._collecting = threading.Lock()
        self._lock = threading.RLock()
        self._busy = 0
        """How many submissions are judged just now."""
        self._is_dismissed = False

    @property
    def checks(self) -> tuple[protocol.PlannedCheck, ...]:
        """The checks of the suite; waits until they are collected.

        Raises:
            CourseError: If the suite is broken.
        """
        with self._collecting:
            if self._checks is None:
                answer = protocol.receive(self.channel)
                if not isinstance(answer, protocol.Collected):
                    reason = getattr(answer, "reason", None) or self.last_words()
                    raise CourseError(f"The suite of {self.exercise.id!r} is broken: {reason}")
                self._checks = answer.checks
            return self._checks

    @property
    def is_idle(self) -> bool:
        """Whether nobody needs it just now."""
        return not self._busy

    def take(self) -> None:
        """Have it stay until `let_go`."""
        with self._lock:
            self._busy += 1

    def let_go(self) -> None:
        """Say that it is not needed any more."""
        with self._lock:
            self._busy -= 1
            if self._is_dismissed and not self._busy:
                self.close()

    @contextlib.contextmanager
    def judging(self, job: protocol.Job) -> Iterator[socket.socket]:
        """Have *job* done by a process of its own; yield the socket on which that reports.

        Raises:
            OSError: If the judge is gone.
        """
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(self.channel, [b"j"], [theirs.fileno()])
            protocol.send(ours, job)
            yield ours

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def await_end(self) -> None:
        """Wait until the process, which has broken off, has ended: nobody must be sent to it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)

    def last_words(self) -> str:
        """Return the last line that the process printed."""
        if self._talk.closed:
            return "it was closed"
        handle = self._talk.fileno()
        tail = max(0, os.fstat(handle).st_size - _LAST_WORDS)
        lines = os.pread(handle, _LAST_WORDS, tail).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it said nothing (exit status {self._process.poll()})"

    def dismiss(self) -> None:
        """End the process as soon as nobody needs it."""
        with self._lock:
            self._is_dismissed = True
            if not self._busy:
                self.close()

    def close(self) -> None:
        """End the process, and those of it that judge just now; none has anything to save."""
        with self._lock:
            self.channel.close()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._talk.close()
