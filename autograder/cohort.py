"""Grade a class: take every submission in, grade what is not graded yet, go on where it stopped.

First everything is committed to the ledger, then a pool grades it from there. Whatever ends
this process in between, the next call finds what is there and does the rest.
"""

from __future__ import annotations

import itertools
import time
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from autograder import __version__
from autograder.course.secret import course_secret
from autograder.errors import UserError
from autograder.ledger.entries import Entry, Incoming, Versions, digest_of
from autograder.pool import Task
from autograder.results.seal import sealed
from autograder.submission.intake import collect
from autograder.submission.sources import LeftAside, Source, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.ledger.store import Ledger
    from autograder.pool import Pool, Result
    from autograder.results.report import Report

__all__ = ["Cohort", "Outcome", "Progress", "What"]

_BATCH = 50
"""Submissions that are read and committed together."""

What = Literal["missing", "failed", "everything"]
"""Which submissions to grade: those without a report, those with trouble, or all again."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is."""

    step: Literal["taking in", "grading"]
    done: int
    of: int | None
    entry: Entry | None = None
    """The submission that was graded just now."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run."""

    entries: tuple[Entry, ...]
    """Every submission of the class, as the ledger has it now."""
    aside: tuple[LeftAside, ...]
    new: int
    """Submissions that the ledger did not have before."""
    graded: int
    """How many were graded now, those with trouble included."""
    reused: int
    """How many have the report of somebody who handed the same files in."""
    left: int
    """How many were still to be graded when the run was stopped."""
    seconds: float
    gone_on_with: datetime | None = None
    """When the regrade began that was stopped, and that this run went on with."""

    @property
    def trouble(self) -> tuple[Entry, ...]:
        """The submissions for which there is a reason in the place of a report."""
        return tuple(entry for entry in self.entries if entry.reason is not None)

    @property
    def exit_code(self) -> int:
        """What `grade class` ends with: 0 whatever the scores are, 1 for trouble, 130 if stopped."""
        if self.left:
            return 130
        return 1 if self.trouble else 0


class Cohort:
    """The submissions of one class, in one ledger.

    Args:
        catalog: The course.
        ledger: Where everything is kept.
        exercises: The only ones to grade; by default all that have a hidden suite here.
        keep: Called with each entry and its new report, before the report is committed, so that
            its feedback is there whenever the ledger says that it is graded.
        progress: Called after every step.
    """

    def __init__(
        self,
        catalog: Catalog,
        ledger: Ledger,
        *,
        exercises: Sequence[Exercise] = (),
        keep: Callable[[Entry, Report], None] = lambda *_: None,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        chosen = [e for e in exercises or catalog.everything if e.has_hidden_suite]
        if not chosen:
            raise UserError("No hidden suite of these exercises is on this machine.")
        self._catalog = catalog
        self._ledger = ledger
        self._exercises = {exercise.id: exercise for exercise in chosen}
        self._versions = {e.id: Versions(catalog.digest(e), __version__) for e in chosen}
        self._secret = course_secret(catalog.root)
        self._keep = keep
        self._progress = progress
        self._graded = self._reused = 0

    def run(self, place: Path, pool: Pool, what: What = "missing") -> Outcome:
        """Take in what lies in *place*, and have *pool* grade *what* of it.

        What an earlier run took in and did not come to grade is graded, too.

        Raises:
            UserError: If *place*, the course, the ledger or this machine is not as it should be.
        """
        began = time.monotonic()
        aside: list[LeftAside] = []
        mine, new = self._take_in(place, aside)
        entries = self._of(mine)
        gone_on_with = None
        if what == "everything":
            entries, gone_on_with = self._to_regrade(entries)
        groups = self._to_do(entries, what)
        left = sum(map(len, groups))
        self._progress(Progress(step="grading", done=0, of=left))
        for entry in self._grade(groups, pool, reuse=what == "missing"):
            left -= 1
            done = self._graded + self._reused
            self._progress(Progress(step="grading", done=done, of=done + left, entry=entry))
        return Outcome(
            entries=self._of(mine),
            aside=tuple(aside),
            new=new,
            graded=self._graded,
            reused=self._reused,
            left=left,
            seconds=time.monotonic() - began,
            gone_on_with=gone_on_with,
        )

    def _take_in(self, place: Path, aside: list[LeftAside]) -> tuple[set[int], int]:
        """Commit what lies in *place*; return which submissions that is, and how many are new."""
        sources = self._found(place, aside)
        sources.sort(key=lambda s: (s.received_at is None, s.received_at, s.student, s.exercise))
        mine: set[int] = set()
        new = 0
        for at in range(0, len(sources), _BATCH):
            batch = tuple(self._read(sources[at : at + _BATCH], aside))
            for taken in self._ledger.take_in(batch):
                mine.add(taken.id)
                new += taken.is_new
            done = min(at + _BATCH, len(sources))
            self._progress(Progress(step="taking in", done=done, of=len(sources)))
        return mine, new

    def _found(self, place: Path, aside: list[LeftAside]) -> list[Source]:
        sources: list[Source] = []
        for one in find(place, self._catalog.everything):
            if isinstance(one, LeftAside):
                aside.append(one)
            elif one.exercise in self._exercises:
                sources.append(one)
            elif not self._catalog[one.exercise].has_hidden_suite:
                reason = f"The hidden suite of {one.exercise!r} is not on this machine."
                aside.append(LeftAside(path=str(one.path), reason=reason))
        return sources

    def _read(self, sources: Iterable[Source], aside: list[LeftAside]) -> Iterator[Incoming]:
        for source in sources:
            try:
                handed_in = collect(source.path, self._exercises[source.exercise])
            except UserError as error:
                aside.append(LeftAside(path=str(source.path), reason=str(error)))
                continue
            yield Incoming(
                student=source.student,
                exercise=source.exercise,
                handed_in=handed_in,
                received_at=source.received_at,
            )

    def _of(self, mine: set[int]) -> tuple[Entry, ...]:
        """Return the entries of the class, and those that no run has come to grade, in order."""
        place = {exercise_id: at for at, exercise_id in enumerate(self._exercises)}
        own = (
            entry
            for entry in self._ledger.entries()
            if entry.exercise in place and (entry.id in mine or entry.versions is None)
        )
        return tuple(sorted(own, key=lambda e: (place[e.exercise], e.student, e.attempt)))

    def _to_regrade(self, entries: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], datetime | None]:
        """Return what a regrade that was stopped has left, and when it began; else all.

        It is the same regrade if it is of the same exercises, suites and engine.
        """
        scope = digest_of(msgspec.json.encode(self._versions, order="sorted"))
        begun = self._ledger.regrade(scope)
        if begun:
            left = tuple(entry for entry in entries if entry.id not in begun.done)
            if any(entry.id <= begun.newest for entry in left) and len(left) < len(entries):
                return left, begun.began_at
        self._ledger.begin_regrade(scope)
        return entries, None

    def _to_do(self, entries: Iterable[Entry], what: What) -> list[list[Entry]]:
        """Return what is to be graded, exercise by exercise; the same files are one group."""
        wanted = [entry for entry in entries if self._is_wanted(entry, what)]
        place = {exercise_id: at for at, exercise_id in enumerate(self._exercises)}

        def alike(entry: Entry) -> tuple[int, str]:
            return place[entry.exercise], entry.digest

        return [list(group) for _, group in itertools.groupby(sorted(wanted, key=alike), alike)]

    def _is_wanted(self, entry: Entry, what: What) -> bool:
        if what == "everything":
            return True
        if what == "failed":
            return entry.reason is not None
        return entry.versions != self._versions[entry.exercise]

    def _grade(
        self, groups: Sequence[Sequence[Entry]], pool: Pool, *, reuse: bool
    ) -> Iterator[Entry]:
        """Grade *groups*; yield each entry when it is done."""
        known = {e: self._ledger.known(e, v) if reuse else set() for e, v in self._versions.items()}
        to_grade: list[Sequence[Entry]] = []
        for group in groups:
            first = group[0]
            if first.digest not in known[first.exercise]:
                to_grade.append(group)
                continue
            versions = self._versions[first.exercise]
            report = self._ledger.newest(first.digest, first.exercise, versions)
            assert report is not None
            for entry in group:
                self._reused += 1
                yield self._record(entry, report)
        for result in pool.run(self._tasks(to_grade)):
            for at, entry in enumerate(to_grade[result.key]):
                self._graded += not at
                self._reused += bool(at)
                yield self._finish(entry, result)

    def _tasks(self, groups: Sequence[Sequence[Entry]]) -> Iterator[Task]:
        for key, group in enumerate(groups):
            handed_in = self._ledger.handed_in(group[0].id)
            yield Task(key=key, exercise=group[0].exercise, handed_in=handed_in)

    def _finish(self, entry: Entry, result: Result) -> Entry:
        if result.report is not None:
            entry = self._record(entry, result.report)
        if result.reason is not None:
            self._ledger.give_up(entry.id, self._versions[entry.exercise], result.reason)
        return msgspec.structs.replace(entry, reason=result.reason)

    def _record(self, entry: Entry, report: Report) -> Entry:
        own = sealed(msgspec.structs.replace(report, student=entry.student), self._secret)
        self._keep(entry, own)
        self._ledger.record(entry.id, own)
        return msgspec.structs.replace(
            entry,
            earned=own.score.earned,
            possible=own.score.possible,
            gradable=own.gradable,
            errored=own.errored,
            passed=own.passed,
            reason=None,
        )
