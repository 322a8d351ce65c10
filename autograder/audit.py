"""Prove that exercises are sound, through the same house that grades students.

For every exercise: what can be seen in its files is as it should be (`course.completeness`); the
untouched stub is `not_implemented` everywhere; bodies that do nothing earn nothing; bodies that
return nonsense never make the grader stumble; the solution and every right spelling pass; every
mistake fails exactly the checks that it names and is told its own sentence; every check is failed
by some mistake; no speed limit lies inside the spread of right solutions; points agree with
`exercise.toml`.

Inputs are drawn as anybody can repeat, so that an audit says the same wherever it runs. With
several draws, what does not hang on the clock is graded again with other inputs, since a check
that only mostly does what it should is unfair.

Every file to be graded is a turn in one queue for the whole course (`autograder.turns`).
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.course.completeness import shortcomings, strays, to_fill
from autograder.course.exercise import PARTS, SPEED, Suite
from autograder.course.reading import with_bodies
from autograder.errors import IsolationError, UserError, did_you_mean
from autograder.judging.mistakes import Mistake, read_mistakes
from autograder.results.score import parts_of
from autograder.results.verdict import Verdict
from autograder.turns import take_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.grading import Grader
    from autograder.results.report import CheckReport, Report

__all__ = ["ExerciseAudit", "audit"]

_ROOM = 1.25
"""How much slower than measured just now a right solution may be, and still pass its limits."""
_ONE_PAIR = 1
"""Pairs of samples for what nobody says is slow; where that one is too slow, it is timed in full."""
_UNTIMED = tuple(part for part in PARTS if part != SPEED)
_DOES_NOTHING = "pass"
_NONSENSE = ("return 0", "return 'nonsense'", "return []", "return self")


class ExerciseAudit(msgspec.Struct, frozen=True, kw_only=True):
    """What the audit of one exercise found; sound if it found nothing."""

    exercise: str
    draft: bool = False
    checks: int = 0
    mistakes: int = 0
    caught: int = 0
    """Mistakes that fail exactly the checks that they name."""
    told: int = 0
    """Mistakes whose own sentence a student gets."""
    spellings: int = 0
    accepted: int = 0
    """Spellings that pass everything, and are told no mistake."""
    points: float = 0.0
    minutes: tuple[int, int] = (0, 0)
    gradings: int = 0
    seconds: float = 0.0
    """How long its gradings took, added up."""
    findings: tuple[str, ...] = ()
    to_fill: tuple[str, ...] = ()
    """What its author has marked as still to be written."""

    @property
    def sound(self) -> bool:
        """Whether there is nothing to put right."""
        return not self.findings


def audit(
    catalog: Catalog,
    exercises: Sequence[Exercise],
    *,
    isolation: str | None = None,
    draws: int = 1,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> tuple[ExerciseAudit, ...]:
    """Audit *exercises*, a few gradings at a time.

    Args:
        catalog: Their course.
        exercises: Which to audit; where these are all, folders that are half an exercise are told.
        isolation: As for `Grader`.
        draws: With how many draws of inputs; speed is measured in the first.
        progress: Told how many gradings of how many are done, and which file comes next.
    """
    dossiers = [_Dossier(exercise, draws) for exercise in exercises]
    take_turns(catalog, dossiers, isolation=isolation, progress=progress)
    halves = {}
    if {e.id for e in exercises} >= {e.id for e in catalog.exercises}:
        halves = strays(catalog.root, [e.id for e in catalog.everything])
    return (
        *(dossier.closed() for dossier in dossiers),
        *(ExerciseAudit(exercise=name, findings=(said,)) for name, said in halves.items()),
    )


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """One text to be graded, and who reads the report."""

    name: str
    text: str
    findings: Callable[[Report], Iterator[str]]
    suite: Suite = Suite.HIDDEN
    diagnosed: bool = False
    fails: frozenset[str] | None = None
    """What it is said to fail; where no speed check is among them, it is timed once."""
    draw: int = 0
    """Which inputs it gets; only the first is timed."""


class _Dossier:
    """The audit of one exercise, in the making: its turns, and what was found in each."""

    def __init__(self, exercise: Exercise, draws: int = 1) -> None:
        self.exercise = exercise
        self._draws = draws
        self.turns: list[_Turn] = []
        self._static: list[str] = []
        self._found: dict[int, list[str]] = {}
        self._trouble: dict[str, None] = {}
        self._mistakes: tuple[Mistake, ...] = ()
        self._solved: tuple[CheckReport, ...] = ()
        self._caught: set[str] = set()
        self._inexact: set[str] = set()
        self._untold: set[str] = set()
        self._refused: set[str] = set()
        self._seconds = 0.0
        self._graded = 0
        self._lock = threading.Lock()
        try:
            for said in shortcomings(exercise):  # one by one: what raises keeps those before it
                self._static.append(said)
            self._mistakes = read_mistakes(exercise.secret / "mistakes")
            self.turns = list(self._plan())
        except (UserError, ValueError, OSError) as error:
            self._trouble[str(error)] = None

    def take(self, grader: Grader, number: int) -> None:
        """Have *grader* grade the turn with this *number*, and note what is found."""
        turn, begun = self.turns[number], time.monotonic()
        if self._trouble:
            return  # the suite is broken, or something else that every turn would meet
        try:
            report = self._graded_by(grader, turn)
        except IsolationError:
            raise  # it says something about this machine and nothing about the exercise
        except (UserError, ValueError, OSError) as error:
            with self._lock:
                self._trouble[str(error)] = None
            return
        with self._lock:
            again = f" (in draw {turn.draw + 1})" if turn.draw else ""
            self._found[number] = [said + again for said in turn.findings(report)]
            self._seconds += time.monotonic() - begun
            self._graded += 1

    def closed(self) -> ExerciseAudit:
        """Return what was found, in the order of the turns."""
        exercise = self.exercise
        findings = [*self._static, *self._trouble]
        names = [v.check for v in self._solved]
        if not self._trouble:
            findings += [said for number in sorted(self._found) for said in self._found[number]]
            findings += self._whole_is_wrong(names)
        spellings = exercise.rights[1:]
        mistakes = self._mistakes if self._graded == len(self.turns) else ()
        return ExerciseAudit(
            exercise=exercise.id,
            draft=exercise.draft,
            checks=len(names),
            mistakes=len(self._mistakes),
            caught=sum(m.name not in self._inexact for m in mistakes),
            told=sum(m.name not in self._untold for m in mistakes),
            spellings=len(spellings),
            accepted=sum(p.name not in self._refused for p in spellings) if self._solved else 0,
            points=exercise.possible,
            minutes=exercise.minutes,
            gradings=self._graded,
            seconds=round(self._seconds, 1),
            findings=tuple(findings),
            to_fill=to_fill(exercise),
        )

    def _whole_is_wrong(self, names: Sequence[str]) -> Iterator[str]:
        folder = f"solutions/{self.exercise.id}/mistakes"
        if not self._mistakes:
            yield f"there is no mistake; write one for each misconception, in {folder}"
        for name in names if self._mistakes else ():
            if name not in self._caught:
                yield f"no mistake fails the check {name!r}; add one to {folder}, or drop the check"
        earned = {part.part: part.possible for part in parts_of(self._solved)}
        if earned != self.exercise.points:
            yield (
                f"the suite gives {earned}, exercise.toml says {self.exercise.points}; "
                f"make them agree"
            )

    def _plan(self) -> Iterator[_Turn]:
        """Yield the turns. A mistake is graded once; only what must be right or slow is timed."""
        exercise = self.exercise
        stub = exercise.stub.read_text(encoding="utf-8")
        name = exercise.files[0]
        for suite in Suite:
            yield _Turn(name=name, text=stub, suite=suite, findings=self._stub_is_wrong)
        for body in (_DOES_NOTHING, *_NONSENSE):
            yield _Turn(
                name=f"{name} with {body!r}",
                text=with_bodies(stub, body),
                findings=partial(_idle_is_wrong, body),
            )
        for draw in range(self._draws):
            yield from self._plan_draw(draw)

    def _plan_draw(self, draw: int) -> Iterator[_Turn]:
        """Yield the turns that are taken with every draw of inputs."""
        again = f", draw {draw + 1}" if draw else ""
        for path in self.exercise.rights:
            text = path.read_text(encoding="utf-8")
            for suite in (Suite.HIDDEN,) if draw else Suite:
                yield _Turn(
                    name=f"{path.name}{again}",
                    text=text,
                    suite=suite,
                    diagnosed=True,
                    draw=draw,
                    findings=partial(self._right_fails, path, draw),
                )
        for mistake in self._mistakes:
            yield _Turn(
                name=f"{mistake.path.name}{again}",
                text=mistake.text,
                fails=mistake.fails,
                diagnosed=True,
                draw=draw,
                findings=partial(self._mistake_differs, mistake, draw),
            )

    def _graded_by(self, grader: Grader, turn: _Turn) -> Report:
        exercise = self.exercise
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / exercise.files[0]).write_text(turn.text, encoding="utf-8")

            def grade(pairs: int | None) -> Report:
                return grader.grade(
                    Path(folder),
                    exercise,
                    suite=turn.suite,
                    part=_UNTIMED if turn.draw else None,
                    pairs=pairs,
                    diagnosed=turn.diagnosed,
                    seed=hashlib.sha256(f"{turn.draw} {turn.text}".encode()).digest(),
                )

            timed = {c.check for c in grader.checks(exercise) if c.part == SPEED}
            if turn.fails is None or turn.fails & timed:
                return grade(None)
            report = grade(_ONE_PAIR)
            is_slow = any(v.speed and v.speed.ratio > v.speed.limit for v in report.verdicts)
            return grade(None) if is_slow else report

    def _stub_is_wrong(self, report: Report) -> Iterator[str]:
        for verdict in report.verdicts:
            if verdict.verdict is not Verdict.NOT_IMPLEMENTED:
                yield (
                    f"{report.suite} check {verdict.check!r} is {verdict.verdict} on the stub; "
                    f"it must be not_implemented"
                )

    def _right_fails(self, path: Path, draw: int, report: Report) -> Iterator[str]:
        if path == self.exercise.solution and report.suite == Suite.HIDDEN and not draw:
            self._solved = tuple(v for v in report.verdicts if v.device == "cpu")
        said = list(_right_is_wrong(report, path.name))
        if said:
            self._refused.add(path.name)
        yield from said

    def _mistake_differs(self, mistake: Mistake, draw: int, report: Report) -> Iterator[str]:
        where = f"mistake {mistake.name!r}"
        if report.problem:
            yield f"{where} is not gradable: {report.problem.sentence}"
        known = {v.check for v in report.verdicts if v.device == "cpu"}
        fails = mistake.fails & known if draw else mistake.fails  # further draws are not timed
        for name in sorted(fails - known):
            yield f"{where} names the check {name!r}; there is none.{did_you_mean(name, known)}"
        failed = {
            v.check
            for v in report.verdicts
            if v.verdict not in (Verdict.PASSED, Verdict.SKIPPED) and v.device == "cpu"
        }
        self._caught |= failed
        missing, surplus = sorted(fails & known - failed), sorted(failed - fails)
        if missing or surplus:
            yield f"{where} passes {missing} and fails {surplus}; correct its Fails: or the suite"
        for verdict in report.verdicts:
            if verdict.verdict is Verdict.ERRORED:
                yield f"{verdict.check!r} stumbles over {mistake.name!r}: {verdict.message}"
        told = report.diagnosis[0].mistake if report.diagnosis else None
        is_told = told == mistake.name or not fails
        if failed != fails:
            self._inexact.add(mistake.name)
        if not is_told:
            self._untold.add(mistake.name)
        if failed == fails and not is_told:
            heard = f"the sentence of {told!r}" if told else "nothing"
            yield (
                f"{where} is told {heard} and not its own sentence; let a probe see where they "
                f"differ, or make them one"
            )


def _idle_is_wrong(body: str, report: Report) -> Iterator[str]:
    for verdict in report.verdicts:
        if body == _DOES_NOTHING and verdict.verdict is Verdict.PASSED:
            yield (
                f"check {verdict.check!r} gives points to bodies that do nothing; "
                f"let it require a check that they fail"
            )
        if verdict.verdict is Verdict.ERRORED:
            yield f"check {verdict.check!r} stumbles over {body!r}: {verdict.message}"


def _right_is_wrong(report: Report, name: str) -> Iterator[str]:
    if report.problem:
        yield f"{name} is not gradable: {report.problem.sentence}"
    for verdict in report.verdicts:
        if verdict.could_run and verdict.verdict is not Verdict.PASSED:
            yield (
                f"{report.suite} check {verdict.check!r} is {verdict.verdict} on the right "
                f"{name}: {verdict.message}"
            )
    yield from _tight_limits(name, report)
    if report.diagnosis:
        yield f"the right {name} is told {report.diagnosis[0].mistake!r}"


def _tight_limits(name: str, report: Report) -> Iterator[str]:
    """Say which speed limits lie inside the spread of right solutions; `calibrate` says more."""
    for verdict in report.verdicts:
        speed = verdict.speed
        if speed and (not speed.conclusive or speed.limit < _ROOM * speed.ratio):
            yield (
                f"the limit {speed.limit:g} of {verdict.check!r} is inside the spread of right "
                f"solutions: {name} came to {speed.ratio:.3g}; see grade calibrate"
            )
        if speed and speed.suspicious:
            yield f"check {verdict.check!r} suspects the right {name}: {speed.ratio:.3g}"
