"""The lineup: put known mistakes through what a submission was put through, and compare.

Mistakes are our own code, so they need no cage. Each runs in a process of its own, forked from
the judge: what it breaks there, or how long it takes, is nobody's trouble. Only where an exercise
allows processes of one's own do mistakes go into a cage, too: what those may do depends on it.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import re
import resource
import select
import signal
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import msgspec

from autograder.judging.comparison import Mismatch, assert_close
from autograder.judging.findings import Finding, finding_of, named
from autograder.judging.implementation import Run, Submitted, UngradableError
from autograder.results.verdict import Verdict
from autograder.sandbox import packing, wire
from autograder.sandbox.respondent import Respondent

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from autograder.judging.protocol import Job

__all__ = ["Lineup"]

_CHANCE = re.compile(r"0x[0-9a-f]+|(?<=maximum recursion depth exceeded).*", re.DOTALL)
_MOST_RUNS = 40
"""Runs repeated on one mistake, so that a submission that fails everywhere stays cheap."""
_CPU_SECONDS, _SECONDS = 2, 20
"""A mistake that takes longer behaves like nothing that we could compare."""


_HOPELESS = 3
"""So many checks that differ, and none before that does not, are enough to stop."""
_Evidence: TypeAlias = "Sequence[tuple[str, list[tuple[Run, Any]]]]"
"""Failed checks, each with its runs and what they brought."""


class Lineup:
    """What a submission did in the checks that it failed, to be compared with what others do.

    Args:
        failing: The runs of every failed check, in the order in which the checks ran.
        job: What was judged.
        control: The fork server's control socket.
    """

    def __init__(
        self, failing: Mapping[str, Sequence[Run]], job: Job, control: socket.socket
    ) -> None:
        self._job = job
        self._control = control
        self._evidence: list[tuple[str, list[tuple[Run, Any]]]] = []
        left = _MOST_RUNS
        for check, runs in failing.items():
            left -= len(runs)
            if left < 0 and self._evidence:
                break
            self._evidence.append((check, [(run, _outcome(run)) for run in runs]))

    @property
    def checks(self) -> tuple[str, ...]:
        """The failed checks that are compared, in the order in which they ran."""
        return tuple(check for check, _ in self._evidence)

    def explained_by(self, text: str, likely: Collection[str] | None = None) -> frozenset[str]:
        """Return the failed checks in which *text*, as the submission, does what that did.

        Args:
            text: The file to compare with.
            likely: The checks that it fails; the others it cannot explain, so they are not run.
        """
        evidence = [one for one in self._evidence if likely is None or one[0] in likely]
        if self._job.limits.allow:
            return self.explained_in_a_cage(text)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            self._compare_and_exit(text, evidence, writing)
        os.close(writing)
        try:
            return frozenset(_read(reading, time.monotonic() + _SECONDS).decode().split())
        finally:
            os.close(reading)
            with contextlib.suppress(ProcessLookupError):  # with all that it has started
                os.killpg(child, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)  # it may not have been first in a group yet
            os.waitpid(child, 0)

    def explained_in_a_cage(self, text: str) -> frozenset[str]:
        """Return the same, found in a cage like the submission's; that takes longer."""
        job = self._job
        load = msgspec.structs.replace(job.load, files=self._files(text))
        with Submitted(self._control, job.limits, load, job.seconds) as candidate:
            hits = _hits(self._evidence, lambda run, seen: _does_alike(candidate, run, seen))
            return frozenset(hits)

    def _compare_and_exit(self, text: str, evidence: _Evidence, writing: int) -> NoReturn:
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
            sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
            for check in self._alike(text, evidence):
                os.write(writing, f"{check}\n".encode())
        except BaseException:  # noqa: BLE001, S110 - it behaves like nothing that we could compare
            pass
        finally:
            os._exit(0)

    def _files(self, text: str) -> dict[str, str]:
        files = self._job.load.files
        return {**files, next(iter(files)): text}

    def _alike(self, text: str, evidence: _Evidence) -> Iterator[str]:
        load, files = self._job.load, self._files(text)
        probes = {run.probe.__name__: run.probe for _, runs in evidence for run, _ in runs}
        respondent = Respondent(files, SimpleNamespace(**probes), load.device)
        respondent.import_files(vars(builtins))
        yield from _hits(evidence, lambda run, seen: self._is_alike(respondent, run, seen))

    def _is_alike(self, respondent: Respondent, run: Run, seen: Any) -> bool:
        name = run.probe.__name__
        if run.counted:
            answer = respondent.answer(wire.Prepare(id=0, probe=name, inputs=run.inputs))
            if isinstance(answer, wire.Prepared):
                answer = respondent.answer(wire.Go(id=0, counted=True))
        else:
            answer = respondent.answer(wire.Call(id=0, probe=name, inputs=run.inputs))
        if isinstance(answer, wire.Failure):
            return _is_same(finding_of(named(answer, self._job.limits)), seen)
        return isinstance(answer, wire.Observation) and _is_same(packing.unpack(answer.value), seen)


def _hits(evidence: _Evidence, is_alike: Callable[[Run, Any], bool]) -> Iterator[str]:
    """Yield the checks whose runs are all alike; nothing after the first few that are not."""
    hits = misses = 0
    for check, runs in evidence:
        if runs and all(is_alike(run, seen) for run, seen in runs):
            hits += 1
            yield check
        else:
            misses += 1
            if misses == _HOPELESS and not hits:
                return


def _does_alike(candidate: Submitted, run: Run, seen: Any) -> bool:
    try:
        return _is_same(candidate.repeat(Run(run.probe, run.inputs, counted=run.counted)), seen)
    except Finding as finding:
        return _is_same(finding, seen)
    except UngradableError:
        return False


def _is_same(one: Any, other: Any) -> bool:
    """Return whether two runs brought the same: an observation up to rounding, or a finding."""
    if isinstance(one, Finding) or isinstance(other, Finding):
        return isinstance(one, Finding) and isinstance(other, Finding) and _same_finding(one, other)
    try:
        assert_close(one, other)
    except Mismatch:
        return False
    return True


def _outcome(run: Run) -> Any:
    """Return what a run brought: a `Finding`, or what the probe observed."""
    return (
        packing.unpack(run.outcome.value)
        if isinstance(run.outcome, wire.Observation)
        else run.outcome
    )


def _same_finding(one: Finding, other: Finding) -> bool:
    if one.verdict is Verdict.TIMED_OUT or one.verdict is not other.verdict:
        return False
    return _words(one.message) == _words(other.message)


def _words(message: str) -> list[str]:
    """Return the words of an exception, in any order: `a * b` and `b * a` fail for one reason.

    Addresses do not count, nor where Python was when the recursion became too deep.
    """
    return sorted(re.findall(r"\w+", _CHANCE.sub("", message)))


def _read(descriptor: int, end: float) -> bytes:
    """Return what comes until the other end is closed or time is up, in whole lines."""
    text = b""
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([descriptor], [], [], left)
        part = os.read(descriptor, 4096) if ready else b""
        if not part:
            break
        text += part
    return text[: text.rfind(b"\n") + 1]
