"""The lineup: put known mistakes through what a submission was put through, and compare.

Mistakes are our own code, so they need no cage. They take turns in one process, forked from the
judge: what they break there, or how long they take, is nobody's trouble. What one leaves behind
may make the next look like somebody else; only the first is alone, and who is named must have been.
A cage like the submission's takes longer. Mistakes go there where an exercise allows processes of
one's own, since what those may do depends on it, and where all else has failed: the order of a set
of names, for one, is the same there as it was for the submission.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import re
import select
import signal
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeAlias

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

__all__ = ["Candidate", "Likeness", "Lineup"]

_CHANCE = re.compile(r"0x[0-9a-f]+|(?<=maximum recursion depth exceeded).*", re.DOTALL)
_MOST_RUNS = 40
"""Runs repeated on one mistake, so that a submission that fails everywhere stays cheap."""
_CPU_SECONDS, _SECONDS = 2, 20
"""A mistake that takes longer behaves like nothing that we could compare."""
_HASTY, _PATIENT = 1, 3
"""So many checks that differ, and none before that does not, are enough to stop."""
_END = b".\n"
"""What a process says after each file's turn; before, the checks that it explains."""
_Evidence: TypeAlias = "Sequence[tuple[str, list[tuple[Run, Any]]]]"
"""Failed checks, each with its runs and what they brought."""


class Candidate(NamedTuple):
    """A file to compare with."""

    text: str
    checks: Collection[str]
    """Those that it may explain; the others are not run."""
    sought: frozenset[str]
    """Whoever explains these ends the search."""


class Likeness(NamedTuple):
    """What came of a comparison."""

    explains: frozenset[str]
    """The failed checks in which the file does what the submission did."""
    alone: bool
    """Whether no other file had its turn before in the same process."""


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

    @property
    def is_caged(self) -> bool:
        """Whether every comparison is made in a cage."""
        return bool(self._job.limits.allow)

    def compare(
        self, files: Sequence[Candidate], *, patient: bool = False, caged: bool = False
    ) -> list[Likeness]:
        """Return how alike *files* are, in turn, up to the first that explains what is sought.

        Args:
            files: What to compare with.
            patient: Whether to go on with a file whose first check differs.
            caged: Whether to do so in a cage like the submission's.
        """
        take_turns = self._take_turns_caged if caged or self.is_caged else self._take_turns
        found: list[Likeness] = []
        while len(found) < len(files) and not _is_found(files, found):
            found += take_turns(files[len(found) :], _PATIENT if patient else _HASTY)
        return found

    def _take_turns(self, files: Sequence[Candidate], patience: int) -> list[Likeness]:
        """Return how alike the first of *files* are, as far as one process comes: one at least."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            self._compare_and_exit(files, patience, writing)
        os.close(writing)
        try:
            return _read(reading, files)
        finally:
            os.close(reading)
            with contextlib.suppress(ProcessLookupError):  # with all that it has started
                os.killpg(child, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)  # it may not have been first in a group yet
            os.waitpid(child, 0)

    def _take_turns_caged(self, files: Sequence[Candidate], patience: int) -> list[Likeness]:
        """Return how alike *files* are, seen in one cage for as long as it lasts."""
        job = self._job
        found: list[Likeness] = []
        with Submitted(self._control, job.limits, job.load, job.seconds) as candidate:
            for file in files:
                alone = candidate.exchange(self._files(file.text))
                hits = _hits(
                    self._of(file), lambda run, seen: _does_alike(candidate, run, seen), patience
                )
                found.append(Likeness(frozenset(hits), alone))
                if _is_found(files, found):
                    break
        return found

    def _compare_and_exit(
        self, files: Sequence[Candidate], patience: int, writing: int
    ) -> NoReturn:
        try:
            os.setsid()
            sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
            for file in files:
                signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
                explained = set()
                with contextlib.suppress(BaseException):  # like nothing that we could compare
                    for check in self._alike(file, patience):
                        os.write(writing, f"{check}\n".encode())
                        explained.add(check)
                os.write(writing, _END)
                if explained >= file.sought:
                    break
        finally:
            os._exit(0)

    def _of(self, file: Candidate) -> _Evidence:
        return [one for one in self._evidence if one[0] in file.checks]

    def _files(self, text: str) -> dict[str, str]:
        files = self._job.load.files
        return {**files, next(iter(files)): text}

    def _alike(self, file: Candidate, patience: int) -> Iterator[str]:
        load, files, evidence = self._job.load, self._files(file.text), self._of(file)
        probes = {run.probe.__name__: run.probe for _, runs in evidence for run, _ in runs}
        respondent = Respondent(files, SimpleNamespace(**probes), load.device)
        respondent.import_files(vars(builtins))
        yield from _hits(
            evidence, lambda run, seen: self._is_alike(respondent, run, seen), patience
        )

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


def _is_found(files: Sequence[Candidate], found: Sequence[Likeness]) -> bool:
    return bool(found) and found[-1].explains >= files[len(found) - 1].sought


def _hits(
    evidence: _Evidence, is_alike: Callable[[Run, Any], bool], patience: int
) -> Iterator[str]:
    """Yield the checks whose runs are all alike; nothing after the first *patience* that are not."""
    hits = misses = 0
    for check, runs in evidence:
        if runs and all(not _is_timeout(seen) and is_alike(run, seen) for run, seen in runs):
            hits += 1
            yield check
        else:
            misses += 1
            if misses == patience and not hits:
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
    return one.verdict is other.verdict and _words(one.message) == _words(other.message)


def _is_timeout(seen: Any) -> bool:
    """Return whether a run took too long: two endless loops have nothing in common."""
    return isinstance(seen, Finding) and seen.verdict is Verdict.TIMED_OUT


def _words(message: str) -> list[str]:
    """Return the words of an exception, in any order: `a * b` and `b * a` fail for one reason.

    Addresses do not count, nor where Python was when the recursion became too deep.
    """
    return sorted(re.findall(r"\w+", _CHANCE.sub("", message)))


def _read(descriptor: int, files: Sequence[Candidate]) -> list[Likeness]:
    """Return what *files* came to in one process, one at least.

    The last, if it broke the process or took too long, explains what it did before.
    """
    found: list[Likeness] = []
    text = b""
    end = time.monotonic() + _SECONDS
    while len(found) < len(files) and not _is_found(files, found):
        ready, _, _ = select.select([descriptor], [], [], max(0, end - time.monotonic()))
        part = os.read(descriptor, 4096) if ready else b""
        *turns, text = (text + part).split(_END) if part else (text, b"")
        for turn in turns:
            found.append(Likeness(frozenset(turn.decode().split()), alone=not found))
            end = time.monotonic() + _SECONDS
        if not part:
            break
    return found
