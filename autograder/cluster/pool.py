"""A pool over the workers of a Dask cluster: workers may die, hang, join late and leave.

Only a few submissions for each thread are out at a time, so the driver's memory does not grow with
the class. A submission with which a worker died is given elsewhere; if that happens again and
again, it is graded once more at the end, with nothing beside it, and given up if it ends a worker
then, too. Whoever was only beside it is graded as everybody is.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
import time
import uuid
from collections import deque
from typing import TYPE_CHECKING, Any

import msgspec

from autograder import __version__
from autograder.cluster.connection import connected, require_private
from autograder.cluster.parcel import packed
from autograder.course.exercise import Suite
from autograder.errors import IsolationError, UserError
from autograder.pool import TRIES, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.pool import Task

__all__ = ["DaskPool"]

_FOR_A_THREAD = 2
"""How many submissions are out for each thread: one is graded, one waits."""
_TICK = 0.25
"""Seconds until it is looked whether all is well, where nothing happens."""
_LOOK_EVERY = 1.0
"""Seconds from one question to the scheduler to the next."""
_NO_WORKER = 300.0
"""Seconds for which a cluster may be without a worker."""
_STRAGGLER = 900.0
"""Seconds after which a submission that a worker has is given to another one, too."""
_FETCH = 60.0
"""Seconds that a result may take from its worker."""


class DaskPool:
    """A pool over the workers of a Dask cluster, for one run.

    Args:
        catalog: The course.
        address: The scheduler's.
        exercises: Those that may be asked for; by default all that have a hidden suite here.
        isolation: As for `Grader`.
        unencrypted: Whether the way to another machine may be without TLS.
        make: What makes a grader on a worker; a test gives another.
        straggler: After how many seconds a submission is given to another worker, too.
    """

    def __init__(
        self,
        catalog: Catalog,
        address: str,
        *,
        exercises: Sequence[Exercise] = (),
        isolation: str | None = None,
        unencrypted: bool = False,
        make: Callable[..., Any] | None = None,
        straggler: float = _STRAGGLER,
    ) -> None:
        self._catalog = catalog
        self._address = address
        chosen = exercises or catalog.everything
        self._exercises = {e.id: e for e in chosen if e.has_hidden_suite}
        self._isolation = isolation
        self._unencrypted = unencrypted
        self._make = make
        self._straggler = straggler
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Take no further task; `run` ends when what is in flight is graded."""
        self._stopping.set()

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield a result for each of *tasks* as soon as there is one.

        Raises:
            UserError: If the scheduler cannot be reached, or goes away.
            IsolationError: If no worker has the cage that is needed.
        """
        source = iter(tasks)
        first = next(source, None)
        if first is None:
            return  # and the cluster need not be there
        if not self._unencrypted:
            require_private([self._address])
        digests = {i: self._catalog.digest(e) for i, e in self._exercises.items()}
        parcels = {digests[i]: packed(exercise) for i, exercise in self._exercises.items()}
        with connected(self._address) as client:
            name = f"torchgrade-{uuid.uuid4().hex}"
            with self._gone(client):
                self._send_course(client, name, parcels)
            del parcels
            run = _Run(
                client,
                name,
                digests,
                self._seed,
                exercises=self._exercises,
                stopping=self._stopping,
                straggler=self._straggler,
                look=self._look_at,
            )
            try:
                with self._gone(client):
                    yield from run.results(itertools.chain([first], source))
            finally:
                run.drop()
                if client.status == "running":
                    with contextlib.suppress(Exception):
                        client.unregister_worker_plugin(name)

    def _send_course(self, client: Any, name: str, parcels: dict[str, dict[str, bytes]]) -> None:
        """Have the scheduler give the course to every worker, those that join later included."""
        from autograder.cluster.node import Node

        more = {} if self._make is None else {"make": self._make}
        node = Node(parcels, isolation=self._isolation, **more)
        try:
            client.register_plugin(node, name=name)
        except (ImportError, AttributeError) as error:
            raise UserError(
                f"A worker cannot take the course ({error}); scheduler and workers need the same "
                f"torchgrade as this machine."
            ) from error

    def _seed(self, task: Task) -> bytes:
        """Return the seed of *task*; the secret that it comes from stays here."""
        from autograder.grading import Grader

        exercise = self._exercises[task.exercise]
        handed_in = msgspec.structs.replace(task.handed_in, names=exercise.files)
        return Grader(self._catalog).seed(exercise, Suite.HIDDEN, handed_in.digest)

    def _look_at(self, workers: Iterable[str]) -> None:
        if not self._unencrypted:
            require_private(workers)

    @contextlib.contextmanager
    def _gone(self, client: Any) -> Iterator[None]:
        """Put a connection that broke into one sentence."""
        try:
            yield
        except (UserError, GeneratorExit, KeyboardInterrupt):
            raise
        except Exception as error:
            if client.status == "running" and not isinstance(error, OSError):
                raise
            raise UserError(
                f"The scheduler at {self._address} does not answer any more. What was graded is "
                f"kept; the same call goes on, with --scheduler or without."
            ) from error


class _Flight:
    """A submission that is out, with every future that may bring its result."""

    def __init__(self, task: Task, job: bytes, *, alone: bool = False) -> None:
        self.task = task
        self.job = job
        self.alone = alone
        self.futures: dict[str, Any] = {}
        self.since = time.monotonic()
        self.tries = 0


class _Run:
    """One run over a connected cluster."""

    def __init__(
        self,
        client: Any,
        name: str,
        digests: dict[str, str],
        seed: Callable[[Task], bytes],
        *,
        exercises: dict[str, Exercise],
        stopping: threading.Event,
        straggler: float,
        look: Callable[[Iterable[str]], None],
    ) -> None:
        self._client = client
        self._name = name
        self._digests = digests
        self._seed = seed
        self._exercises = exercises
        self._stopping = stopping
        self._straggler = straggler
        self._look_at = look
        self._numbers = itertools.count()
        self._done: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._flights: dict[int, _Flight] = {}
        self._suspects: deque[_Flight] = deque()
        self._workers: dict[str, int] = {}
        """Threads of each worker that is fit."""
        self._unfit: dict[str, str] = {}
        self._broken: dict[str, str] = {}
        self._has_gpu: bool | None = None
        self._looked = 0.0
        self._had_worker = time.monotonic()

    def results(self, source: Iterator[Task]) -> Iterator[Result]:
        """Yield a result for each task of *source*."""
        while True:
            yield from self._look()
            yield from self._fill(source)
            if not self._flights:
                if self._stopping.is_set() or not self._suspects:
                    return
                suspect = self._suspects.popleft()
                self._flights[suspect.task.key] = suspect
                self._submit(suspect)
            try:
                key, future = self._done.get(timeout=_TICK)
            except queue.Empty:
                continue
            flight = self._flights.get(key)
            if flight is None or flight.futures.pop(future.key, None) is None:
                continue  # its twin was here before
            if result := self._landed(flight, future):
                yield result

    def drop(self) -> None:
        """Let go of what is out."""
        out = [future for flight in self._flights.values() for future in flight.futures.values()]
        self._flights.clear()
        with contextlib.suppress(Exception):
            self._client.cancel(out)

    def _fill(self, source: Iterator[Task]) -> Iterator[Result]:
        """Send as many submissions out as the workers there are can take."""
        limit = _FOR_A_THREAD * max(1, sum(self._workers.values()))
        if any(flight.alone for flight in self._flights.values()):
            return
        while not self._stopping.is_set() and len(self._flights) < limit:
            if (task := next(source, None)) is None:
                return
            if task.exercise in self._broken:
                yield Result(key=task.key, reason=self._broken[task.exercise], tries=0)
                continue
            digest = self._digests[task.exercise]
            from autograder.cluster.node import Job

            job = msgspec.msgpack.encode(Job(task=task, digest=digest, seed=self._seed(task)))
            self._flights[task.key] = flight = _Flight(task, job)
            self._submit(flight)

    def _submit(self, flight: _Flight, avoid: frozenset[str] = frozenset()) -> None:
        """Send *flight* out, once more if it is out already, if possible not to those to *avoid*."""
        from autograder.cluster.node import grade

        fit = [worker for worker in self._workers if worker not in avoid]
        named = fit if avoid or self._unfit else []
        future = self._client.submit(
            grade,
            self._name,
            flight.job,
            key=f"{self._name}-{flight.task.key}-{next(self._numbers)}",
            pure=False,
            workers=named or None,
            allow_other_workers=bool(named) and not self._unfit,
            resources={"GPU": 1} if self._needs_gpu(flight.task) else None,
        )
        flight.since = time.monotonic()
        flight.futures[future.key] = future
        key = flight.task.key
        future.add_done_callback(lambda done: self._done.put((key, done)))

    def _needs_gpu(self, task: Task) -> bool:
        """Return whether a worker with a GPU is asked for: the exercise uses one, and one is there.

        Where none is, the exercise is graded as on a machine without a GPU.
        """
        if "cuda" not in self._exercises[task.exercise].devices:
            return False
        if self._has_gpu is None:
            from autograder.cluster.node import has_gpu

            self._has_gpu = bool(self._client.run_on_scheduler(has_gpu))
        return self._has_gpu

    def _landed(self, flight: _Flight, future: Any) -> Result | None:
        """Take what *future* brought; send the submission out again where that is nothing."""
        from distributed import KilledWorker

        from autograder.cluster.node import Answer

        try:
            raw = future.result(timeout=_FETCH)
        except KilledWorker as error:
            return self._killed(flight, error)
        except Exception as error:  # whatever it is, another worker may do better
            if self._client.status != "running":
                raise
            return self._again(flight, str(error) or type(error).__name__)
        answer = msgspec.json.decode(raw, type=Answer)
        if unfit := self._unfit_because(answer):
            self._forget(answer.worker, unfit)
            self._submit(flight)
            return None
        result = answer.result
        assert result is not None
        report = result.report
        if report is not None and report.environment.course != self._digests[flight.task.exercise]:
            return self._again(flight, f"{answer.worker} graded with another suite")
        if result.broken_suite:
            self._broken[flight.task.exercise] = result.reason or ""
        self._close(flight)
        return result

    def _unfit_because(self, answer: Any) -> str | None:
        if answer.engine != __version__:
            return f"It has torchgrade {answer.engine}, and this is {__version__}."
        unfit: str | None = answer.unfit
        return unfit

    def _forget(self, worker: str, why: str) -> None:
        """Give nothing more to *worker*.

        Raises:
            IsolationError: If no worker is left.
        """
        self._unfit[worker] = why
        self._workers.pop(worker, None)
        if not self._workers:
            raise IsolationError(f"No worker can grade. The one at {worker} says: {why}")

    def _killed(self, flight: _Flight, error: Any) -> Result | None:
        """Put aside a submission that saw too many workers die; alone, it was it."""
        self._close(flight)
        if not flight.alone:
            self._suspects.append(_Flight(flight.task, flight.job, alone=True))
            return None
        last = getattr(error.last_worker, "address", error.last_worker)
        reason = (
            f"Every worker that graded it died, the last one at {last}; its log may say why. "
            f"The commonest cause is memory."
        )
        return Result(key=flight.task.key, reason=reason, tries=TRIES)

    def _again(self, flight: _Flight, trouble: str) -> Result | None:
        flight.tries += 1
        if flight.futures:
            return None  # a twin is still out
        if flight.tries < TRIES:
            self._submit(flight)
            return None
        self._close(flight)
        what = trouble.splitlines()[0].rstrip(".")
        reason = f"The grader had trouble {TRIES} times: {what}."
        return Result(key=flight.task.key, reason=reason, tries=TRIES)

    def _close(self, flight: _Flight) -> None:
        self._flights.pop(flight.task.key, None)
        if flight.futures:
            self._client.cancel(list(flight.futures.values()))
            flight.futures.clear()

    def _look(self) -> Iterator[Result]:
        """See who is there and who is late; yield what came of those that are too late."""
        now = time.monotonic()
        if now < self._looked + _LOOK_EVERY:
            return
        self._looked = now
        if self._client.status != "running":
            raise OSError("the connection is lost")
        there: dict[str, int] = self._client.nthreads()
        self._look_at(there)
        self._workers = {w: n for w, n in there.items() if w not in self._unfit}
        if there:
            self._had_worker = now
        elif now > self._had_worker + _NO_WORKER:
            raise UserError(
                f"The scheduler has had no worker for {_NO_WORKER / 60:.0f} minutes. What was "
                f"graded is kept; start workers, then the same call goes on."
            )
        late = [f for f in self._flights.values() if now > f.since + self._straggler]
        if late:
            yield from self._chase(late)

    def _chase(self, late: Sequence[_Flight]) -> Iterator[Result]:
        """Give submissions that do not come back to other workers, too."""
        holders: dict[str, set[str]] = {}
        for worker, keys in self._client.processing().items():
            for key in keys:
                holders.setdefault(str(key), set()).add(worker)
        for flight in late:
            holding = frozenset[str]().union(*(holders.get(key, ()) for key in flight.futures))
            if not holding:
                flight.since = time.monotonic()  # no worker has it yet, so none is slow
            elif len(flight.futures) < TRIES:
                self._submit(flight, avoid=holding)
            else:
                self._close(flight)
                minutes = f"{self._straggler / 60:.0f} minutes"
                reason = f"It was given to {TRIES} workers, and none returned it within {minutes}."
                yield Result(key=flight.task.key, reason=reason, tries=TRIES)
