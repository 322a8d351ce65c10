"""What a worker of the cluster holds: the course in a folder of its own, and graders.

A grader with its fork server is started at the first submission and ended when the run ends, or
when nothing has come for a while. The course's secret is not here: with each submission comes the
seed that is computed from it, and a report is sealed where it is recorded.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from distributed import WorkerPlugin, get_worker

from autograder import __version__
from autograder.cluster.parcel import unpacked
from autograder.course.catalog import Catalog
from autograder.errors import IsolationError
from autograder.grading import Grader
from autograder.pool import Result, Task, graded_with_patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.course.exercise import Exercise

__all__ = ["Answer", "Job", "Node", "grade", "has_gpu"]

_REST = 600.0
"""Seconds without work after which processes and files go; the next submission brings them back."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is asked."""

    task: Task
    digest: str
    """Of the exercise, suite included."""
    seed: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says; it travels as JSON, and so does the report in it."""

    worker: str
    engine: str
    result: Result | None = None
    unfit: str | None = None
    """Why this worker can grade nothing of this kind; another one may."""


class Node(WorkerPlugin):  # type: ignore[misc]  # the extra may be missing where types are checked
    """The course and the graders of one worker.

    Args:
        parcels: The exercises, by their digests.
        isolation: As for `Grader`.
        make: What makes a grader; a test gives another.
    """

    idempotent = True

    def __init__(
        self,
        parcels: dict[str, dict[str, bytes]],
        *,
        isolation: str | None = None,
        make: Callable[..., Any] = Grader,
    ) -> None:
        self._parcels = parcels
        self._isolation = isolation
        self._make = make

    def setup(self, worker: Any) -> None:
        """Begin on *worker*; nothing is started yet."""
        self._scratch = worker.local_directory  # what a killed worker leaves there, Dask removes
        self._address = str(worker.address)
        self._lock = threading.RLock()
        self._idle: list[Any] = []
        self._graders: list[Any] = []
        self._busy = 0
        self._before: dict[int, Exercise] = {}
        self._root: Path | None = None
        self._exercises: dict[str, Exercise] = {}
        self._timer: threading.Timer | None = None

    def teardown(self, worker: Any) -> None:
        """End every process, and remove the course."""
        del worker
        self._end()

    def answer(self, job: Job) -> Answer:
        """Grade one submission."""
        result = unfit = None
        exercise = self._exercise(job.digest)
        with self._grader() as grader:
            before = self._before.get(id(grader))
            if before is not None and before.id != exercise.id:
                grader.dismiss(before)
            self._before[id(grader)] = exercise
            try:
                result = graded_with_patience(
                    grader, exercise, job.task, self._fresh_grader, job.seed
                )
            except IsolationError as error:
                unfit = str(error)
        return Answer(worker=self._address, engine=__version__, result=result, unfit=unfit)

    def _exercise(self, digest: str) -> Exercise:
        with self._lock:
            if digest not in self._exercises:
                name = hashlib.sha256(digest.encode()).hexdigest()
                folder = self._course().root / "digests" / name
                shutil.rmtree(folder, ignore_errors=True)  # of an attempt that failed half way
                self._exercises[digest] = unpacked(self._parcels[digest], digest, folder)
            return self._exercises[digest]

    def _course(self) -> Catalog:
        """Return a course without exercises; graders are told theirs."""
        with self._lock:
            if self._root is None:
                self._root = Path(tempfile.mkdtemp(prefix="course-", dir=self._scratch))
                for half in ("assignments", "solutions"):
                    (self._root / half).mkdir()
            return Catalog(self._root)

    @contextlib.contextmanager
    def _grader(self) -> Iterator[Any]:
        """Yield a grader that nobody else uses: a worker with one thread has one."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._busy += 1
            if not self._idle:
                self._idle.append(self._fresh_grader())
                self._graders += self._idle
            grader = self._idle.pop()
        try:
            yield grader
        finally:
            with self._lock:
                self._busy -= 1
                if grader in self._graders:
                    self._idle.append(grader)
                else:
                    grader.close()  # the run ended meanwhile
                self._timer = threading.Timer(_REST, self._rest)
                self._timer.daemon = True
                self._timer.start()

    def _fresh_grader(self) -> Any:
        return self._make(self._course(), isolation=self._isolation)

    def _rest(self) -> None:
        with self._lock:
            if not self._busy:
                self._end()

    def _end(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            for grader in self._graders:
                grader.close()
            self._graders.clear()
            self._idle.clear()
            self._before.clear()
            self._exercises.clear()
            if self._root is not None:
                shutil.rmtree(self._root, ignore_errors=True)
                self._root = None


def grade(name: str, job: bytes) -> bytes:
    """Grade a `Job`, as MessagePack, on the worker that this runs on; return an `Answer` as JSON."""
    worker = get_worker()
    node = worker.plugins.get(name)
    if node is None:
        unfit = "It has not got the course; its log says why."
        answer = Answer(worker=str(worker.address), engine=__version__, unfit=unfit)
    else:
        answer = node.answer(msgspec.msgpack.decode(job, type=Job))
    return msgspec.json.encode(answer)


def has_gpu(dask_scheduler: Any) -> bool:
    """Return whether a worker offers the resource `GPU`; it runs on the scheduler."""
    return any("GPU" in worker.resources for worker in dask_scheduler.workers.values())
