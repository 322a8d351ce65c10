"""The judge's side: start the fork server, ask it for workers, talk to them under a deadline.

Whatever a worker does ends in one of four ways: an answer, `WorkerEnded`, `TookTooLong` or
`WireError`. A worker is killed by closing its lifeline, which also happens when the judge dies.
"""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import socket
import subprocess
import sys
import threading
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from autograder.errors import IsolationError
from autograder.sandbox import wire
from autograder.sandbox.forkserver import (
    ASK,
    GO_ON,
    STOP,
    Config,
    End,
    Request,
    ServerInfo,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.sandbox.isolation import Level
    from autograder.sandbox.limits import WorkerLimits

__all__ = ["ForkServer", "SandboxError", "TookTooLong", "Worker", "WorkerEnded"]

_START_SECONDS = 120.0
_DRAINED_AT_ONCE = 16
"""Reads of 64 KiB in a row: a worker that prints without end must not keep us from the clock."""
_END_SECONDS = 1.0
"""How long after its channel a worker's end may come, before it is killed."""
_BRISK = 2**20
"""Bytes of an answer for which a worker that is late gets its seconds once more."""
_STARVED = 20
"""A worker that gets no processor is given this many times its seconds of wall time."""

_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/torchgrade-scratch",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_START = """
import sys
sys.path.insert(0, {root!r})
import autograder
del sys.path[0]
import msgspec
from autograder.sandbox import forkserver
forkserver.main(msgspec.json.decode({config!r}, type=forkserver.Config))
"""


class SandboxError(Exception):
    """A worker could not be caged or started: our trouble, not the student's."""


class WorkerEnded(Exception):  # noqa: N818 - a finding about a submission
    """The worker's process ended before it answered."""

    def __init__(self, code: int | None, limit: str | None = None) -> None:
        self.code = code
        self.limit = limit
        super().__init__(f"the worker ended with {code}")


class TookTooLong(Exception):  # noqa: N818 - a finding about a submission
    """The worker did not answer in time."""

    def __init__(self, seconds: float, *, asleep: bool) -> None:
        self.seconds = seconds
        self.asleep = asleep
        super().__init__(f"no answer after {seconds:g} s")


class ForkServer:
    """A running fork server.

    Args:
        level: The isolation to reach; None for the best there is here.
    """

    def __init__(self, level: Level | None = None) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        status_reader, status_writer = os.pipe()
        config = Config(control=theirs.fileno(), status=status_writer, level=level)
        root = str(Path(__file__).resolve().parents[2])
        start = _START.format(root=root, config=msgspec.json.encode(config))
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(theirs.fileno(), status_writer),
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,  # Ctrl-C at the terminal is the owner's business
        )
        theirs.close()
        os.close(status_writer)
        self._status = os.fdopen(status_reader, "rb")
        self._info: ServerInfo | None = None
        self._asking = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def info(self) -> ServerInfo:
        """What the server said about itself; waits until it is ready.

        Raises:
            IsolationError: If it could not start at the level that was asked for.
        """
        with self._asking:
            if self._info is None:
                line = self._status.readline()
                if not line:
                    assert self._process.stderr is not None
                    self._process.wait()
                    reason = self._process.stderr.read().decode(errors="replace").strip()
                    last = reason.splitlines()[-1] if reason else "no reason given"
                    raise IsolationError(f"The fork server could not start: {last}")
                self._info = msgspec.json.decode(line, type=ServerInfo)
            return self._info

    @property
    def alive(self) -> bool:
        """Whether the server runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the server and all of its workers."""
        for stream in (self._process.stdin, self._process.stderr, self._status, self.control):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Worker:
    """One caged process, as its judge sees it.

    Args:
        control: The fork server's control socket.
        limits: What the worker must not exceed.
        core: The only processor core that it may use.
        device: `cuda` where it may use the GPU.
    """

    def __init__(
        self,
        control: socket.socket,
        limits: WorkerLimits,
        *,
        core: int | None = None,
        device: str = "cpu",
    ) -> None:
        self._channel, channel = socket.socketpair()
        self._lifeline, lifeline = socket.socketpair()
        self._output, output = os.pipe()
        os.set_blocking(self._output, False)
        self._channel.setblocking(False)
        body = msgspec.json.encode(Request(limits=limits, core=core, device=device))
        handles = [channel.fileno(), output, lifeline.fileno()]
        self._selector = selectors.DefaultSelector()
        try:
            socket.send_fds(control, [body], handles)
        except OSError as error:
            self.close()
            raise SandboxError(f"The fork server is gone: {error.strerror}.") from error
        finally:
            channel.close()
            lifeline.close()
            os.close(output)
        self._selector.register(self._channel, selectors.EVENT_READ)
        self._selector.register(self._output, selectors.EVENT_READ)
        self._inbox = wire.Inbox()
        self._printed = bytearray()
        self._kept_output = limits.output_kb * 2**10
        self._dropped = 0
        self._lifeline_text = b""
        self._cpu_before = 0.0
        self.seconds = 0.0
        """Wall time from sending the last question to holding its whole answer."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def ready(self) -> wire.Ready:
        """What the worker says when it is caged; waits for it.

        Raises:
            SandboxError: If it could not start.
        """
        try:
            answer = wire.decode_answer(self._receive(_START_SECONDS))
            if isinstance(answer, wire.Ready):
                return answer
            trouble = "it did not say that it is ready"
        except (WorkerEnded, TookTooLong, wire.WireError) as error:
            trouble = f"{error}: {self.take_output().strip()[-500:]}"
        self.close()
        raise SandboxError(f"A worker could not start: {trouble}")

    def ask(self, question: wire.Question, seconds: float) -> wire.Answer:
        """Send *question* and return the answer.

        Args:
            question: What to run.
            seconds: CPU seconds that it may take. A worker that waits for nothing, or that has used
                them, is out of time; one that was merely starved by a busy machine goes on.

        Raises:
            WorkerEnded: If the process ended.
            TookTooLong: If it did not answer in time.
            WireError: If what it sent is no answer to this question.
            SandboxError: If it broke before student code ran.
        """
        _ = self.ready  # it says so before it is asked anything
        self._refuse_early_answer()
        self._cpu_before = self._tell(ASK).cpu_seconds
        frame = wire.encode(question)
        begun = time.perf_counter()
        self._send(frame, seconds)
        if isinstance(question, wire.Load):
            self._await_import()
        received = self._receive(seconds)
        self.seconds = time.perf_counter() - begun
        answer = wire.decode_answer(received)
        if getattr(answer, "id", 0) != getattr(question, "id", 0):
            raise wire.WireError("an answer to another question")
        return answer

    def pause(self) -> None:
        """Stop every thread of the process: it shall not disturb what is timed meanwhile."""
        self._tell(STOP)

    def resume(self) -> None:
        """Let it go on."""
        self._tell(GO_ON)

    def take_output(self) -> str:
        """Return what was printed since the last call, bounded, and forget it."""
        self._drain_output()
        text = bytes(self._printed).decode("utf-8", "replace")
        if self._dropped:
            kept = self._kept_output // 2**10
            text += f"\n… and {self._dropped} bytes more than the {kept} KB that are kept"
        self._printed.clear()
        self._dropped = 0
        return text

    def close(self) -> None:
        """Kill the worker; what it left behind goes with it."""
        self._selector.close()
        self._lifeline.close()
        self._channel.close()
        with contextlib.suppress(OSError):
            os.close(self._output)
        self._output = -1  # so that closing again closes nobody else's

    def _await_import(self) -> None:
        """Wait until student code is about to run: until then, whatever breaks is ours."""
        try:
            message = wire.decode_answer(self._receive(_START_SECONDS))
        except (WorkerEnded, TookTooLong, wire.WireError) as error:
            trouble = f"{error}: {self.take_output().strip()[-500:]}"
            raise SandboxError(f"A worker could not be prepared: {trouble}") from error
        if not isinstance(message, wire.Importing):
            raise SandboxError("A worker did not say that it begins to import.")
        self._cpu_before = self._tell(ASK).cpu_seconds

    def _refuse_early_answer(self) -> None:
        try:
            early = self._channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            early = b""
            if not self._inbox:
                return
        except OSError as error:
            raise self._ended() from error
        if early or self._inbox:
            raise wire.WireError("an answer that came before its question")
        raise self._ended()

    def _send(self, frame: bytes, seconds: float) -> None:
        view = memoryview(frame)
        started = time.monotonic()
        deadline = started + seconds
        while view:
            try:
                view = view[self._channel.send(view) :]
                deadline = min(time.monotonic(), started + _STARVED * seconds) + seconds
            except BlockingIOError:
                if time.monotonic() > deadline:
                    deadline = self._extended(started, seconds, self._can_send)
                self._drain_output()
                time.sleep(0.001)
            except OSError as error:
                raise self._ended() from error

    def _receive(self, seconds: float) -> bytes:
        started = time.monotonic()
        deadline = started + seconds
        overtime, heard = started, -_BRISK
        while not self._inbox.is_complete():
            remaining = deadline - time.monotonic()
            # Look before judging: the answer may have come while we ourselves were starved.
            events = self._selector.select(max(0.0, remaining))
            for key, _ in events:
                if key.fileobj is self._channel:
                    self._read_channel()
                else:
                    self._drain_output()
            if remaining > 0 or self._inbox.is_complete():
                continue
            now = time.monotonic()
            if len(self._inbox) >= heard + _BRISK:
                heard = len(self._inbox)
                overtime = min(now, started + _STARVED * seconds) + seconds
            # It is sending, and may have slept because we did not read: hear it out, for a while.
            heard_out = events and now < overtime
            has_come = self._has_come if now < overtime else self._has_all_come
            deadline = now + 0.1 if heard_out else self._extended(started, seconds, has_come)
        return self._inbox.take()

    def _read_channel(self) -> None:
        try:
            part = self._channel.recv(2**20)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            raise self._ended()
        self._inbox += part

    def _has_come(self) -> bool:
        """Tell whether the worker has sent something."""
        return any(key.fileobj is self._channel for key, _ in self._selector.select(0))

    def _has_all_come(self) -> bool:
        """Tell whether the worker has sent a whole answer; reads what has come."""
        if self._has_come():
            self._read_channel()
        return self._inbox.is_complete()

    def _can_send(self) -> bool:
        """Tell whether the worker has room for more."""
        return bool(select.select([], [self._channel], [], 0)[1])

    def _extended(self, started: float, seconds: float, goes_on: Callable[[], bool]) -> float:
        """Return a later deadline for a starved worker, and for one that *goes_on*; else raise."""
        usage = self._tell(ASK)
        waited = time.monotonic() - started
        used = usage.cpu_seconds - self._cpu_before
        # Three quarters: the clock ticks of the kernel are coarse, and waiting began a little early.
        over = used >= 0.75 * seconds or waited > _STARVED * seconds
        # Where we are starved, asking takes long: what waited for us then may be ready by now.
        if over or (usage.sleeping and not goes_on()):
            raise TookTooLong(seconds, asleep=usage.sleeping)
        return time.monotonic() + max(0.1, seconds - used)

    def _tell(self, order: bytes) -> Usage:
        """Give the fork server an order about the worker; hear how it uses the processor."""
        with contextlib.suppress(OSError):
            self._lifeline.sendall(order)
        message = self._read_lifeline()
        if isinstance(message, End):
            raise WorkerEnded(message.code, message.limit)
        return message

    def _ended(self) -> WorkerEnded:
        """Return how the process ended; one that only closed its channel is killed."""
        try:
            if (
                not self._lifeline_text
                and not select.select([self._lifeline], [], [], _END_SECONDS)[0]
            ):
                self._lifeline.shutdown(socket.SHUT_WR)
            while not isinstance(message := self._read_lifeline(), End):
                pass
        except (WorkerEnded, OSError):
            return WorkerEnded(None)
        return WorkerEnded(message.code, message.limit)

    def _read_lifeline(self) -> Usage | End:
        self._lifeline.settimeout(_START_SECONDS)
        while b"\n" not in self._lifeline_text:
            try:
                part = self._lifeline.recv(4096)
            except OSError as error:
                raise WorkerEnded(None) from error
            if not part:
                raise WorkerEnded(None)
            self._lifeline_text += part
        line, _, self._lifeline_text = self._lifeline_text.partition(b"\n")
        return msgspec.json.decode(line, type=Usage | End)

    def _drain_output(self) -> None:
        for _ in range(_DRAINED_AT_ONCE):
            try:
                part = os.read(self._output, 2**16)
            except BlockingIOError:
                return
            if not part:
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(self._output)
                return
            kept = max(0, self._kept_output - len(self._printed))
            self._printed += part[:kept]
            self._dropped += len(part) - len(part[:kept])
