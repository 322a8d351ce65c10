"""The judge: pytest with one suite collected once, forked anew for every submission.

It owns expected values, tolerances and time; student code never runs in it. It is started
by `grading.Grader` and takes jobs on a socket until that closes.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from autograder.judging import plugin
from autograder.judging.diagnosis import diagnose
from autograder.judging.implementation import Submitted, UngradableError
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
from autograder.results.verdict import Verdict
from autograder.sandbox.lean_torch import leave_compiler_out

if TYPE_CHECKING:
    from autograder.judging.implementation import Run

__all__ = ["main"]


class _Bench:
    """The pytest plugin that takes jobs where pytest would run its tests once."""

    def __init__(self, config: JudgeConfig) -> None:
        self._config = config
        self._jobs = socket.socket(fileno=config.jobs)
        self._control = socket.socket(fileno=config.control)
        self._trouble: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Have the suite collected as a whole."""
        config.stash[plugin.WHOLE] = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why a file of the suite could not be collected."""
        if report.failed:
            self._trouble.append(str(report.longrepr).strip().splitlines()[-1])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge submissions until the grader closes the socket."""
        checks = [c for item in session.items if (c := plugin.item_of(item)) is not None]
        if self._trouble or not checks:
            reason = "; ".join(self._trouble) or "no checks were found"
            send(self._jobs, Broken(reason=reason))
            return True
        send(self._jobs, Collected(checks=tuple(_planned(c) for c in checks)))
        gc.collect()
        gc.freeze()
        while isinstance(job := receive(self._jobs), Job):
            child = os.fork()
            if not child:
                self._judge_and_exit(session, job)
            _, status = os.waitpid(child, 0)
            code = os.waitstatus_to_exitcode(status)
            if code:
                send(self._jobs, Crashed(reason=f"the judge's process ended with {code}"))
        return True

    def _judge_and_exit(self, session: pytest.Session, job: Job) -> None:
        code = 1
        try:
            send(self._jobs, self._judge(session, job))
            code = 0
        except BaseException:  # noqa: BLE001 - this process must not go on as a second judge
            traceback.print_exc()
        finally:
            os._exit(code)

    def _judge(self, session: pytest.Session, job: Job) -> Finished:
        failing: dict[str, list[Run]] = {}
        with Submitted(self._control, job.limits, job.load, job.seconds) as submitted:
            try:
                submitted.load()
            except UngradableError as error:
                return Finished(
                    problem=error.problem, layers=submitted.layers, absent=submitted.absent
                )
            case = plugin.CaseFile(
                submitted, job.seed, lambda report: send(self._jobs, CheckDone(report=report))
            )
            session.config.stash[plugin.CASE] = case
            for item, following in zip(session.items, [*session.items[1:], None], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                found = plugin.item_of(item)
                if found and case.verdicts[found.check.name].verdict is Verdict.FAILED:
                    failing[found.check.name] = submitted.runs
            layers, absent = submitted.layers, submitted.absent
        diagnosis = diagnose(failing, job, self._control, self._config.mistakes)
        return Finished(diagnosis=diagnosis, layers=layers, absent=absent)


def _planned(item: plugin.CheckItem) -> PlannedCheck:
    check = item.check
    return PlannedCheck(
        check=check.name,
        part=item.part,
        title=check.title,
        points=check.points,
        hint=check.hint,
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
        *("-c", os.devnull, "-s"),
        *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:junitxml", "-p", "no:logging"),
        *("-p", "no:faulthandler", "-p", "no:unraisableexception", "-p", "no:threadexception"),
    ]
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the grader has gone
        pytest.main(options, plugins=[plugin, bench])
