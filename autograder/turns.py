"""Take turns at the cores: one queue of gradings over all exercises, until none is left.

A thread with a grader of its own stays with an exercise as long as it has turns, since the next
exercise costs the start of its judges. The exercise that takes longest comes first. When every exercise is
begun, a thread without work helps with the one that has the most left, so that no core waits for
the others. There is one thread more than cores, since some turns wait for a deadline and not for
a core.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Protocol

from autograder.grading import Grader
from autograder.pool import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise

__all__ = ["Dossier", "take_turns"]

_WAITING = 4
"""How many times longer a turn takes whose code may start processes, most of it waiting."""
_WORTH_HELPING = 6
"""Fewer turns are done sooner than further judges are started for them."""


class _Turn(Protocol):
    """Something to be graded."""

    @property
    def name(self) -> str:
        """What is shown while it is graded."""


class Dossier(Protocol):
    """The turns of one exercise."""

    exercise: Exercise

    @property
    def turns(self) -> Sequence[_Turn]:
        """What is to be graded."""

    def take(self, grader: Grader, number: int) -> None:
        """Grade the turn with this number."""


def take_turns(
    catalog: Catalog,
    dossiers: Sequence[Dossier],
    *,
    isolation: str | None,
    progress: Callable[[int, int, str], None],
    threads: int | None = None,
) -> None:
    """Take every turn of *dossiers*, *threads* at a time: by default one more than there are cores.

    An interruption, or anything that a turn raises, ends every process that was started here.
    """
    queue = _Queue(dossiers, progress)
    count = min(threads or cores() + 1, max(1, queue.total))
    with ThreadPoolExecutor(count) as pool:
        work = [pool.submit(queue.work, catalog, isolation) for _ in range(count)]
        try:
            for done in as_completed(work):
                done.result()
        except BaseException:
            queue.stop()
            raise


class _Queue:
    """Which turn is next, over all threads."""

    def __init__(
        self, dossiers: Sequence[Dossier], progress: Callable[[int, int, str], None]
    ) -> None:
        by_length = sorted(dossiers, key=_length, reverse=True)
        self._waiting = [(d, deque(range(len(d.turns)))) for d in by_length if d.turns]
        self._begun: set[str] = set()
        self._graders: list[Grader] = []
        self._lock = threading.Lock()
        self._stopped = False
        self._progress = progress
        self.total = sum(len(d.turns) for d in dossiers)
        self._done = 0

    def work(self, catalog: Catalog, isolation: str | None) -> None:
        """Take turns until there is none left."""
        mine: Dossier | None = None
        with Grader(catalog, isolation=isolation) as grader:
            self._graders.append(grader)
            try:
                while following := self._next(mine):
                    dossier, number = following
                    if mine is not None and mine is not dossier:
                        grader.dismiss(mine.exercise)
                    mine = dossier
                    dossier.take(grader, number)
                    self._count()
            except Exception:
                if not self._stopped:  # else it is what the end of its grader looks like
                    raise

    def stop(self) -> None:
        """Give out no more turns, and end the processes of those that are being taken."""
        self._stopped = True
        for grader in self._graders:
            with contextlib.suppress(Exception):  # its thread is using it; both close it
                grader.close()

    def _next(self, mine: Dossier | None) -> tuple[Dossier, int] | None:
        with self._lock:
            left = [(d, turns) for d, turns in self._waiting if turns]
            own = [(d, turns) for d, turns in left if d is mine]
            fresh = [(d, turns) for d, turns in left if d.exercise.id not in self._begun]
            others = [(d, turns) for d, turns in left if len(turns) >= _WORTH_HELPING]
            others.sort(key=lambda entry: -len(entry[1]))
            if self._stopped or not (choice := own or fresh or others):
                return None
            dossier, turns = choice[0]
            self._begun.add(dossier.exercise.id)
            number = turns.popleft()
            name = f"{dossier.exercise.id}: {dossier.turns[number].name}"
            self._progress(self._done, self.total, name)
            return dossier, number

    def _count(self) -> None:
        with self._lock:
            self._done += 1


def _length(dossier: Dossier) -> int:
    return len(dossier.turns) * (_WAITING if dossier.exercise.allow else 1)
