"""The fork server: imports torch once, holds nothing secret, forks a caged worker per request.

Started by `custody.ForkServer` as a fresh interpreter with an empty environment. A request
is one datagram on the control socket: the worker's limits, and three descriptors (the
worker's channel, the pipe for what it prints, and a lifeline to the judge). On the lifeline the
server says when the worker ended and how, answers questions about its use of the processor,
stops it and lets it go on, and takes the judge's end of file as the order to kill.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path

import msgspec

from autograder.sandbox import kernel
from autograder.sandbox.forking import settle
from autograder.sandbox.isolation import Cage, Level
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.roots import SCRATCH
from autograder.sandbox.scratch import WATCHED_EVERY, Scratch, sweep

__all__ = [
    "ASK",
    "GO_ON",
    "OWN_TROUBLE",
    "STOP",
    "Config",
    "End",
    "Request",
    "ServerInfo",
    "Usage",
    "main",
]

OWN_TROUBLE = 70
"""Exit code of a worker that broke in our own code (EX_SOFTWARE of sysexits.h)."""
_REQUEST_BYTES = 4096
_DESCRIPTORS = 3
_TICKS = os.sysconf("SC_CLK_TCK")
ASK, STOP, GO_ON = b"?", b"s", b"c"
_SIGNALS = {ASK: 0, STOP: signal.SIGSTOP, GO_ON: signal.SIGCONT, b"": signal.SIGKILL}


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the fork server is started with."""

    control: int
    status: int
    level: Level | None = None


class ServerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the fork server says when it is ready."""

    level: Level
    absent: dict[str, str]
    torch: str
    python: str


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request for one worker."""

    limits: WorkerLimits
    core: int | None = None
    """The only processor core that it may use; where this system cannot pin, it is not pinned."""
    device: str = "cpu"
    """`cuda` where it may open the GPU, too."""


class Usage(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """How a worker uses the processor."""

    cpu_seconds: float
    sleeping: bool


class End(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """How a worker ended: an exit code, or minus a signal's number."""

    code: int
    limit: str | None = None
    """The limit for which it was killed, by its name in `limits`."""


class _Server:
    """The workers of this process, by their descriptors and pids."""

    def __init__(self, cage: Cage, control: socket.socket) -> None:
        self._cage = cage
        self._control = control
        self._selector = selectors.DefaultSelector()
        self._lifelines: dict[int, socket.socket] = {}
        self._scratch: dict[int, Scratch] = {}
        self._full: set[int] = set()
        self._watched = time.monotonic()
        if cage.level is not Level.FULL:
            sweep()
        reader, writer = socket.socketpair()
        for end in (reader, writer):
            end.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Both ends are held: a collected writer would leave its number to somebody's channel.
        self._ended, self._wakeup = reader, writer
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, "owner")
        self._selector.register(reader, selectors.EVENT_READ, "ended")
        self._selector.register(control, selectors.EVENT_READ, "request")

    def serve(self) -> None:
        """Answer requests until the owner closes our standard input."""
        while True:
            if self._scratch and time.monotonic() > self._watched + WATCHED_EVERY:
                self._watch_scratch()
            for key, _ in self._selector.select(WATCHED_EVERY if self._scratch else None):
                if key.data == "owner":
                    if not os.read(sys.stdin.fileno(), 1):
                        return
                elif key.data == "ended":
                    with contextlib.suppress(BlockingIOError):
                        self._ended.recv(4096)
                    self._reap()
                elif key.data == "request":
                    self._fork()
                else:
                    self._answer(key.data)

    def stop(self) -> None:
        """Kill every worker and remove what it wrote."""
        for pid in list(self._lifelines):
            _signal(pid, signal.SIGKILL)
            _bury(pid)
            self._forget(pid)

    def _watch_scratch(self) -> None:
        """Kill every worker that wrote more than it may."""
        for pid, scratch in self._scratch.items():
            if pid not in self._full and scratch.is_full(pid):
                self._full.add(pid)
                _signal(pid, signal.SIGKILL)  # it is not reaped yet, so this is nobody else
        self._watched = time.monotonic()

    def _fork(self) -> None:
        body, handles, _, _ = socket.recv_fds(self._control, _REQUEST_BYTES, _DESCRIPTORS)
        channel, output, lifeline = handles
        scratch = None if self._cage.level is Level.FULL else Scratch(_limits_of(body).scratch_mb)
        try:
            pid = self._cage.fork_worker()
        except OSError:  # no process to be had: the judge sees its lifeline close, and we go on
            traceback.print_exc()
            for handle in handles:
                os.close(handle)
            if scratch:
                scratch.remove()
            return
        if not pid:
            self._become_worker(body, channel, output, scratch.path if scratch else SCRATCH)
        os.close(channel)
        os.close(output)
        self._lifelines[pid] = socket.socket(fileno=lifeline)
        if scratch:
            self._scratch[pid] = scratch
        self._selector.register(self._lifelines[pid], selectors.EVENT_READ, pid)

    def _become_worker(self, body: bytes, channel: int, output: int, scratch: Path) -> None:
        """Never return: cage this process and serve the judge."""
        code = OWN_TROUBLE
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.dup2(channel, 3)
            os.closerange(4, 1024)
            request = msgspec.json.decode(body, type=Request)
            # The compiler, where somebody needs it, asks for a folder that is there already.
            os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(scratch)
            layers = self._cage.enter_worker(
                request.limits, scratch, core=request.core, device=request.device
            )
            from autograder.sandbox import children, worker

            threading.excepthook = _print_what_a_thread_raised

            if request.limits.may_fork:
                children.prepare(3)
            worker.serve(3, layers, self._cage.absent)
            code = 0
        except BaseException:  # noqa: BLE001 - whatever it was, this process must not go on as a server
            traceback.print_exc()
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while True:
            try:
                # It stays a zombie for now, so that its number is nobody else's.
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            pid = ended.si_pid
            if pid in self._lifelines:
                _signal(pid, signal.SIGKILL)
                status = _bury(pid)
                limit = "scratch" if pid in self._full else None
                self._say(pid, End(code=os.waitstatus_to_exitcode(status), limit=limit))
                self._forget(pid)
            else:
                os.waitpid(pid, 0)

    def _answer(self, pid: int) -> None:
        """Answer a question or an order about *pid*, or kill it where its judge has gone."""
        try:
            question = self._lifelines[pid].recv(1)
        except KeyError:
            return  # it ended in the same round
        except OSError:
            question = b""
        _signal(pid, _SIGNALS[question])
        if question:
            self._say(pid, _usage(pid))
        else:
            self._selector.unregister(self._lifelines[pid])

    def _say(self, pid: int, message: Usage | End) -> None:
        with contextlib.suppress(OSError):  # the judge may have gone
            self._lifelines[pid].sendall(msgspec.json.encode(message) + b"\n")

    def _forget(self, pid: int) -> None:
        lifeline = self._lifelines.pop(pid)
        with contextlib.suppress(KeyError):
            self._selector.unregister(lifeline)
        lifeline.close()
        if scratch := self._scratch.pop(pid, None):
            scratch.remove()
        self._full.discard(pid)


def _limits_of(body: bytes) -> WorkerLimits:
    try:
        return msgspec.json.decode(body, type=Request).limits
    except msgspec.MsgspecError:  # the worker will end of it; we go on
        return WorkerLimits()


def _print_what_a_thread_raised(args: threading.ExceptHookArgs) -> None:
    """Print it from Python: C's own hook compiles, and who asked for that would not be seen."""
    traceback.print_exception(args.exc_type, args.exc_value, args.exc_traceback)


def _signal(pid: int, number: int) -> None:
    """Signal a worker, and its child processes: they are its group, which the cage lets none leave."""
    for send in (os.killpg, os.kill):  # it becomes a group's leader while it is caged
        with contextlib.suppress(ProcessLookupError):
            send(pid, number)


def _bury(pid: int) -> int:
    """Wait for a worker that was killed, and for all of its group; return the worker's status."""
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-pid, 0)  # its orphans are ours now
    return status


def _usage(pid: int) -> Usage:
    """Read the processor time of *pid* and its threads, and whether it waits for something."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return Usage(cpu_seconds=0.0, sleeping=False)
    return Usage(
        cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS, sleeping=fields[0] in "SIZX"
    )


def _import_everything() -> ServerInfo:
    """Import what workers need, once, and do each thing once that imports lazily."""
    import numpy.random  # noqa: F401 - torch converts through it; workers set its generator back
    import torch
    import torch.utils.data

    from autograder import probing
    from autograder.sandbox import children, packing, worker  # noqa: F401 - workers begin with it
    from autograder.sandbox.lean_torch import leave_compiler_out

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    leave_compiler_out()

    with probing.Operations():
        packing.unpack(packing.pack(torch.zeros(2) + 1))
    return ServerInfo(
        level=Level.NONE, absent={}, torch=str(torch.__version__), python=sys.version.split()[0]
    )


def main(config: Config) -> None:
    """Run the server until its owner goes away."""
    cage = Cage(config.level)
    cage.enter_outer()
    if sys.platform == "linux":
        kernel.adopt_orphans()
    info = msgspec.structs.replace(_import_everything(), level=cage.level, absent=cage.absent)
    settle()
    control = socket.socket(fileno=config.control)
    server = _Server(cage, control)
    os.write(config.status, msgspec.json.encode(info) + b"\n")
    os.close(config.status)
    try:
        server.serve()
    finally:
        server.stop()
    os._exit(0)  # nothing is left to tidy up, and torch takes half a second to say goodbye
