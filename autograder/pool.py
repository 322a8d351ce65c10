"""Grade many submissions side by side: tasks in, results out, in any order.

A pool knows neither the ledger nor the class. It takes tasks only as fast as it can grade them,
gives back one result for each, whatever happens, and raises only what makes all further grading
useless. Another kind of pool need only have `run`.
"""

from __future__ import annotations

import os
import queue
import threading
from contextlib import closing, nullcontext, suppress
from typing import TYPE_CHECKING, Protocol

import msgspec

from autograder.course.exercise import Suite
from autograder.errors import CourseError, IsolationError, UserError
from autograder.grading import Grader
from autograder.results.report import Report
from autograder.results.verdict import Verdict
from autograder.submission.intake import HandedIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise

__all__ = ["TRIES", "LocalPool", "Pool", "Result", "Task", "cores", "graded_with_patience"]

TRIES = 3
"""How often a submission is graded that the grader has trouble with."""
_SHARED_BY = 4
"""So many threads share a grader, whose fork server makes workers for one at a time."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One submission to grade; nobody's, so that the same files need be graded only once."""

    key: int
    exercise: str
    handed_in: HandedIn


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a task: a report, or a reason, or a report that shows why there is a reason."""

    key: int
    report: Report | None = None
    reason: str | None = None
    """Why no report that counts came of it, after all tries."""
    tries: int = 1
    broken_suite: bool = False
    """Whether it is the suite that is broken, so that no other submission can be graded either."""


class Pool(Protocol):
    """What grades many submissions."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield a result for each of *tasks* as soon as there is one.

        *tasks* is read in the caller's thread, a few ahead of what is being graded. Closing the
        iterator drops what is in flight; `stop` lets it be finished.
        """

    def stop(self) -> None:
        """Take no further task; `run` ends when what is in flight is graded."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def graded_with_patience(
    grader: Grader,
    exercise: Exercise,
    task: Task,
    afresh: Callable[[], Grader],
    seed: bytes | None = None,
) -> Result:
    """Grade *task* by *grader*; where that has trouble, twice more, each time by one of its own.

    So trouble that sticks to processes ends with them, and a submission that brings trouble meets
    what others use only once.

    Args:
        grader: The grader that others use, too.
        exercise: What it is for.
        task: What to grade.
        afresh: Makes a grader with processes of its own.
        seed: As for `Grader.grade`.

    Raises:
        IsolationError: If this machine has no cage for it.
    """
    report: Report | None = None
    trouble: Exception | str = ""
    for tried in range(1, TRIES + 1):
        try:
            with nullcontext(grader) if tried == 1 else closing(afresh()) as used:
                report = used.grade(task.handed_in, exercise, suite=Suite.HIDDEN, seed=seed)
        except (UserError, OSError, EOFError, msgspec.MsgspecError) as error:
            if isinstance(error, IsolationError) and tried == TRIES:
                raise  # sooner it may be a fork server that was killed while it started
            trouble = error
            continue
        if not report.errored:
            return Result(key=task.key, report=report, tries=tried)
        said = (v.message for v in report.verdicts if v.verdict is Verdict.ERRORED and v.message)
        trouble = next(said, "it does not say which")
    what = str(trouble).rstrip(".") or type(trouble).__name__
    return Result(
        key=task.key,
        report=report,
        reason=f"The grader had trouble {TRIES} times: {what}.",
        tries=TRIES,
        broken_suite=isinstance(trouble, CourseError),
    )


class _Desk:
    """A grader that some threads share, and what each of them is at.

    Args:
        grader: The grader; it is closed when the last of them leaves.
        seats: How many threads share it.
    """

    def __init__(self, grader: Grader, seats: int) -> None:
        self.grader = grader
        self._seats = seats
        self._at: dict[int, Exercise] = {}
        self._lock = threading.Lock()

    def turn_to(self, exercise: Exercise) -> None:
        """Note that this thread is at *exercise* now; the judges of what nobody is at may go."""
        with self._lock:
            before = self._at.get(threading.get_ident())
            self._at[threading.get_ident()] = exercise
            if before is not None and before.id not in {each.id for each in self._at.values()}:
                self.grader.dismiss(before)

    def leave(self) -> None:
        """Note that this thread has ended."""
        with self._lock:
            self._seats -= 1
            if not self._seats:
                self.grader.close()


class LocalPool:
    """A pool over the cores of this machine, for one run: threads, some to a grader.

    A thread only waits for a fork of a judge, which is another process; so one interpreter feeds
    many cores. Few graders start sooner and keep torch in memory less often than one for each core;
    many are not held up where one fork server makes workers for all.

    Args:
        catalog: The course.
        jobs: How many submissions are graded at a time; by default one for each core.
        isolation: As for `Grader`.
        make: What makes a grader; a test gives another.
    """

    def __init__(
        self,
        catalog: Catalog,
        *,
        jobs: int | None = None,
        isolation: str | None = None,
        make: Callable[..., Grader] = Grader,
    ) -> None:
        self.jobs = jobs or cores()
        self._catalog = catalog
        self._isolation = isolation
        self._make = make
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Take no further task; `run` ends when what is in flight is graded."""
        self._stopping.set()

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield a result for each of *tasks* as soon as there is one."""
        stopping = self._stopping
        waiting: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        done: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
        broken: dict[str, str] = {}
        threads = [
            threading.Thread(
                target=self._work, args=(desk, waiting, done, stopping, broken), daemon=True
            )
            for desk in self._desks()
        ]
        for thread in threads:
            thread.start()
        source = iter(tasks)
        in_flight = 0
        try:
            while True:
                while not stopping.is_set() and in_flight < 2 * self.jobs:
                    if (task := next(source, None)) is None:
                        break
                    waiting.put(task)
                    in_flight += 1
                if stopping.is_set():
                    in_flight -= _emptied(waiting)
                if not in_flight:
                    break
                result = done.get()
                if isinstance(result, BaseException):
                    raise result
                in_flight -= 1
                yield result
        finally:
            stopping.set()
            _emptied(waiting)
            for _ in threads:
                waiting.put(None)
            # Who leaves early does not wait: the threads end by themselves after what they are at.
            for thread in threads if not in_flight else ():
                thread.join()

    def _desks(self) -> Iterator[_Desk]:
        """Yield one for each thread, some of them the same."""
        for first in range(0, self.jobs, _SHARED_BY):
            seats = min(_SHARED_BY, self.jobs - first)
            yield from [_Desk(self._grader(), seats)] * seats

    def _grader(self) -> Grader:
        return self._make(self._catalog, isolation=self._isolation)

    def _work(
        self,
        desk: _Desk,
        waiting: queue.SimpleQueue[Task | None],
        done: queue.SimpleQueue[Result | BaseException],
        stopping: threading.Event,
        broken: dict[str, str],
    ) -> None:
        """Grade what is *waiting*, unless its suite is known to be *broken*."""
        try:
            while (task := waiting.get()) is not None:
                exercise = self._catalog[task.exercise]
                desk.turn_to(exercise)
                if reason := broken.get(exercise.id):
                    result = Result(key=task.key, reason=reason, tries=0)
                else:
                    result = graded_with_patience(desk.grader, exercise, task, self._grader)
                if result.broken_suite:
                    broken[exercise.id] = result.reason or ""
                done.put(result)
                if stopping.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are read
            done.put(error)
        finally:
            desk.leave()


def _emptied(waiting: queue.SimpleQueue[Task | None]) -> int:
    """Take everything out of *waiting*; return how much it was."""
    taken = 0
    with suppress(queue.Empty):
        while True:
            taken += waiting.get_nowait() is not None
    return taken
