"""The judge: pytest with one suite collected once, forked anew for every submission.

It owns expected values, tolerances and time; student code never runs in it. It is started
by `grading.Grader` and takes a socket for each submission, by the one that it was started with, until
that closes. Only the fork reads what comes on a submission's socket, and it ends with that
submission: so nothing of one submission is in the process that judges another, and many can be
judged at once.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import selectors
import signal
import socket
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
import torch

from autograder.course.phrases import telling
from autograder.course.translations import told_in
from autograder.errors import CourseError
from autograder.judging import plugin, race  # noqa: F401 - so that no child imports it
from autograder.judging.comparison import assert_close
from autograder.judging.diagnosis import diagnose
from autograder.judging.implementation import Submitted, UngradableError
from autograder.judging.item import item_of
from autograder.judging.mistakes import read_mistakes
from autograder.judging.protocol import (
    Broken,
    CheckDone,
    Collected,
    Crashed,
    Finished,
    Job,
    JudgeConfig,
    PlannedCheck,
    receive,
    send,
)
from autograder.language import LANGUAGES, speaking
from autograder.results.verdict import Verdict
from autograder.sandbox import packing
from autograder.sandbox.devices import CPU
from autograder.sandbox.forking import settle
from autograder.sandbox.lean_torch import leave_compiler_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.judging.implementation import Run
    from autograder.judging.item import CheckItem

__all__ = ["main"]


class _Bench:
    """The pytest plugin that takes jobs where pytest would run its tests once."""

    def __init__(self, config: JudgeConfig) -> None:
        self._config = config
        self._jobs = socket.socket(fileno=config.jobs)
        self._control = socket.socket(fileno=config.control)
        self._trouble: list[str] = []
        self._children: dict[int, socket.socket] = {}
        """The sockets of the submissions that are judged just now, by the processes that do so."""
        self._ended, self._wakeup = socket.socketpair()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Have the suite collected as a whole."""
        config.stash[plugin.WHOLE] = True
        config.stash[plugin.DEVICES] = self._config.devices
        config.option.tbstyle = "value"  # nobody reads a traceback here, and each takes its time

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why a file of the suite could not be collected."""
        if report.failed:
            self._trouble.append(str(report.longrepr).strip().splitlines()[-1])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge submissions, many at once, until the grader closes the socket."""
        checks = [c for item in session.items if (c := item_of(item)) is not None]
        if self._trouble or not checks:
            reason = "; ".join(self._trouble) or "no checks were found"
            send(self._jobs, Broken(reason=reason))
            return True
        send(self._jobs, Collected(checks=tuple(_planned(c) for c in checks)))
        self._warm_up(session.items)
        settle()
        for has_job in self._events():
            self._reap()
            if has_job and not self._begin(session):
                return True
            self._read_ahead()
        return True

    def _events(self) -> Iterator[bool]:
        """Yield whenever a submission comes (True) or a child has ended."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._jobs, selectors.EVENT_READ)
            selector.register(self._ended, selectors.EVENT_READ)
            for end in (self._ended, self._wakeup):
                end.setblocking(False)
            signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
            signal.signal(signal.SIGCHLD, lambda *_: None)
            while True:
                ready = [key.fileobj for key, _ in selector.select()]
                with contextlib.suppress(BlockingIOError):
                    self._ended.recv(4096)
                yield self._jobs in ready

    def _begin(self, session: pytest.Session) -> bool:
        """Judge the next submission in a child; return whether there was one.

        This process takes the socket and never reads from it.
        """
        word, handles, _, _ = socket.recv_fds(self._jobs, 1, 1)
        if not word:
            return False
        channel = socket.socket(fileno=handles[0])
        child = os.fork()
        if not child:
            self._judge_and_exit(session, channel)
        self._children[child] = channel
        return True

    def _reap(self) -> None:
        """Say of every child that ended by itself that it did, and let go of its socket."""
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            code = os.waitstatus_to_exitcode(status)
            with self._children.pop(child) as channel, contextlib.suppress(OSError):
                if code:
                    send(channel, Crashed(reason=f"the judge's process ended with {code}"))

    def _warm_up(self, items: list[pytest.Item]) -> None:
        """Do once what every child would do again: import, read, use what imports lazily.

        It leaves no thread, draws no number, and sees no submission.
        """
        importlib.import_module("numpy.random")
        plugin.load_references(items)
        with torch.autograd.profiler.record_function("warm-up"):
            seen = packing.unpack(packing.pack({"warm-up": [torch.zeros(2)]}))
        assert_close(seen, {"warm-up": [torch.zeros(2)]})

    def _read_ahead(self) -> None:
        """Have the next children know mistakes and messages; the first one is not kept waiting."""
        with contextlib.suppress(ValueError, CourseError):  # told where they are needed
            if self._config.mistakes is not None:
                read_mistakes(Path(self._config.mistakes))
            for language in LANGUAGES:
                self._messages(language)

    def _messages(self, language: str) -> dict[str, str]:
        return told_in(Path(self._config.suite).parent, language).messages

    def _judge_and_exit(self, session: pytest.Session, channel: socket.socket) -> NoReturn:
        """Judge the submission that *channel* brings; never return."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (self._jobs, self._ended, self._wakeup, *self._children.values()):
                end.close()
            if isinstance(job := receive(channel), Job):
                with speaking(job.language), telling(self._messages(job.language)):
                    send(channel, self._judge(session, job, channel))
            code = 0
        except (BrokenPipeError, ConnectionResetError):
            code = 0  # nobody waits for this report any more
        except BaseException:  # noqa: BLE001 - this process must not go on as a second judge
            traceback.print_exc()
        finally:
            os._exit(code)

    def _judge(self, session: pytest.Session, job: Job, channel: socket.socket) -> Finished:
        failing: dict[str, list[Run]] = {}
        passed: set[str] = set()
        with Submitted(self._control, job.limits, job.load, job.seconds) as submitted:
            try:
                submitted.load()
            except UngradableError as error:
                return Finished(
                    problem=error.problem, layers=submitted.layers, absent=submitted.absent
                )
            case = plugin.CaseFile(
                submitted, job.seed, lambda report: send(channel, CheckDone(report=report))
            )
            case.pairs = job.pairs
            session.config.stash[plugin.CASE] = case
            items = [item for item in session.items if _is_of(job.parts, item)]
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                found = item_of(item)
                # What fails on another device fails on the CPU, too, or no mistake of ours explains it.
                if not found or found.device != CPU:
                    continue
                verdict = case.verdicts[found.check.name].verdict
                if verdict is Verdict.FAILED and case.active.runs:
                    failing[found.check.name] = case.active.runs
                elif verdict is Verdict.PASSED:
                    passed.add(found.check.name)
            layers, absent = submitted.layers, submitted.absent
            case.close()
        mistakes = self._config.mistakes if job.diagnosed else None
        diagnosis = diagnose(failing, passed, job, self._control, mistakes)
        return Finished(diagnosis=diagnosis, layers=layers, absent=absent)


def _is_of(parts: tuple[str, ...] | None, item: pytest.Item) -> bool:
    found = item_of(item)
    return parts is None or found is None or found.part in parts


def _planned(item: CheckItem) -> PlannedCheck:
    check = item.check
    return PlannedCheck(
        check=check.name,
        part=item.part,
        title=check.title,
        points=item.points,
        hint=check.hint,
        device=item.device,
    )


def main(config: JudgeConfig) -> None:
    """Collect the suite, then judge until the grader goes away."""
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    leave_compiler_out()
    bench = _Bench(config)
    options = [
        str(Path(config.suite)),
        "--import-mode=importlib",
        f"--rootdir={config.suite}",
        "--override-ini=python_files=test_*.py",
        *("-c", os.devnull, "-s", "--assert=plain"),
        *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:junitxml", "-p", "no:logging"),
        *("-p", "no:faulthandler", "-p", "no:unraisableexception", "-p", "no:threadexception"),
    ]
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the grader has gone
        pytest.main(options, plugins=[plugin, bench])
