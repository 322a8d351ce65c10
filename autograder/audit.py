"""Prove that exercises are sound, through the same house that grades students.

For every exercise: the untouched stub is `not_implemented` everywhere; bodies that do nothing earn
nothing; bodies that return nonsense never make the grader stumble; the solution and every right
spelling pass; every mistake fails exactly the checks that it names and is told its own sentence;
every check is failed by some mistake; stub and solution have the same public signatures;
points agree with `exercise.toml`.
"""

from __future__ import annotations

import ast
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import Suite
from autograder.errors import IsolationError, UserError
from autograder.grading import Grader
from autograder.judging.diagnosis import Mistake, read_mistakes
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.results.report import Report

__all__ = ["ExerciseAudit", "audit", "signatures", "with_bodies"]

_WORKERS = 2
_DOES_NOTHING = "pass"
_NONSENSE = ("return 0", "return 'nonsense'", "return []", "return self")


class ExerciseAudit(msgspec.Struct, frozen=True, kw_only=True):
    """What the audit of one exercise found; sound if it found nothing."""

    exercise: str
    checks: int = 0
    mistakes: int = 0
    spellings: int = 0
    points: float = 0.0
    minutes: tuple[int, int] = (0, 0)
    told: int = 0
    """Mistakes whose own sentence a student gets."""
    findings: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether there is nothing to put right."""
        return not self.findings


def audit(
    catalog: Catalog,
    exercises: Sequence[Exercise],
    *,
    isolation: str | None = None,
    progress: Callable[[str, str], None] = lambda *_: None,
) -> tuple[ExerciseAudit, ...]:
    """Audit *exercises*, two at a time.

    Args:
        catalog: Their course.
        exercises: Which to audit.
        isolation: As for `Grader`.
        progress: Called with an exercise's id and the file that is graded next.
    """

    def one(exercise: Exercise) -> ExerciseAudit:
        with Grader(catalog, isolation=isolation) as grader:
            try:
                return _Auditor(grader, exercise, progress).run()
            except IsolationError:
                raise  # it says something about this machine and nothing about the exercise
            except (UserError, ValueError, OSError) as error:
                return ExerciseAudit(exercise=exercise.id, findings=(str(error),))

    with ThreadPoolExecutor(_WORKERS) as pool:
        return tuple(pool.map(one, exercises))


class _Auditor:
    """The audit of one exercise, in the making."""

    def __init__(
        self, grader: Grader, exercise: Exercise, progress: Callable[[str, str], None]
    ) -> None:
        self._grader = grader
        self._exercise = exercise
        self._progress = progress
        self._told = 0

    def run(self) -> ExerciseAudit:
        exercise = self._exercise
        mistakes = read_mistakes(exercise.secret / "mistakes")
        spellings = sorted((exercise.secret / "spellings").glob("*.py"))
        findings = [
            *self._signatures_differ(),
            *self._stub_is_wrong(),
            *self._rights_fail([exercise.solution, *spellings]),
        ]
        caught: set[str] = set()
        for mistake in mistakes:
            findings += self._mistake_differs(mistake, caught)
        solved = self._grade(exercise.solution)
        names = [v.check for v in solved.verdicts]
        findings += [f"no mistake fails the check {name!r}" for name in names if name not in caught]
        earned = {part.part: part.possible for part in solved.parts}
        if earned != exercise.points:
            findings.append(f"the suite gives {earned}, exercise.toml says {exercise.points}")
        return ExerciseAudit(
            exercise=exercise.id,
            checks=len(names),
            mistakes=len(mistakes),
            spellings=len(spellings),
            points=exercise.possible,
            minutes=exercise.minutes,
            told=self._told,
            findings=tuple(findings),
        )

    def _grade(self, path: Path, text: str | None = None, suite: Suite = Suite.HIDDEN) -> Report:
        """Grade the file at *path*, or *text* in its place, as the exercise's submission."""
        self._progress(self._exercise.id, path.name)
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / self._exercise.files[0]
            copy.write_text(text if text is not None else path.read_text(encoding="utf-8"))
            return self._grader.grade(Path(folder), self._exercise, suite=suite)

    def _signatures_differ(self) -> Iterator[str]:
        stub, solution = (
            signatures(path.read_text(encoding="utf-8"))
            for path in (self._exercise.stub, self._exercise.solution)
        )
        for name in sorted(stub.keys() | solution.keys()):
            ours, theirs = solution.get(name), stub.get(name)
            if theirs is None and name.rpartition(".")[2].startswith("_"):
                continue  # the solution may have private helpers
            if ours != theirs:
                yield f"{name}: the stub has ({theirs}), the solution ({ours})"
        yield from (
            f"exercise.toml lists {name!r}, which the stub does not define"
            for name in self._exercise.implement
            if name not in stub
        )

    def _stub_is_wrong(self) -> Iterator[str]:
        stub = self._exercise.stub
        text = stub.read_text(encoding="utf-8")
        for suite in Suite:
            for verdict in self._grade(stub, suite=suite).verdicts:
                if verdict.verdict is not Verdict.NOT_IMPLEMENTED:
                    yield f"{suite} check {verdict.check!r} is {verdict.verdict} on the stub"
        idle = self._grade(stub, with_bodies(text, _DOES_NOTHING))
        for verdict in idle.verdicts:
            if verdict.verdict is Verdict.PASSED:
                yield f"check {verdict.check!r} gives points to bodies that do nothing"
        for body in (_DOES_NOTHING, *_NONSENSE):
            for verdict in self._grade(stub, with_bodies(text, body)).verdicts:
                if verdict.verdict is Verdict.ERRORED:
                    yield f"check {verdict.check!r} stumbles over {body!r}: {verdict.message}"

    def _rights_fail(self, paths: Sequence[Path]) -> Iterator[str]:
        for path in paths:
            for suite in Suite:
                report = self._grade(path, suite=suite)
                if report.problem:
                    yield f"{path.name} is not gradable: {report.problem.sentence}"
                for verdict in report.verdicts:
                    if verdict.verdict is not Verdict.PASSED:
                        yield (
                            f"{suite} check {verdict.check!r} is {verdict.verdict} on the right "
                            f"{path.name}: {verdict.message}"
                        )
                if report.diagnosis:
                    yield f"the right {path.name} is told {report.diagnosis[0].mistake!r}"

    def _mistake_differs(self, mistake: Mistake, caught: set[str]) -> Iterator[str]:
        report = self._grade(mistake.path)
        if report.problem:
            yield f"mistake {mistake.name!r} is not gradable: {report.problem.sentence}"
        failed = {
            v.check for v in report.verdicts if v.verdict not in (Verdict.PASSED, Verdict.SKIPPED)
        }
        caught |= failed
        if failed != mistake.fails:
            missing, surplus = sorted(mistake.fails - failed), sorted(failed - mistake.fails)
            yield f"mistake {mistake.name!r} passes {missing} and fails {surplus}"
        for verdict in report.verdicts:
            if verdict.verdict is Verdict.ERRORED:
                yield f"{verdict.check!r} stumbles over {mistake.name!r}: {verdict.message}"
        named = report.diagnosis[0].mistake if report.diagnosis else None
        self._told += named == mistake.name


def signatures(source: str) -> dict[str, str]:
    """Return the parameters of every function and public method in *source*, by dotted name."""
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = ast.unparse(node.args)
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    found[f"{node.name}.{method.name}"] = ast.unparse(method.args)
    return found


def with_bodies(stub: str, body: str) -> str:
    """Return *stub* with *body* in the place of every `raise NotImplementedError(…)`."""
    tree = ast.parse(stub)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = {argument.arg for argument in node.args.args}
            text = body if body != "return self" or "self" in names else _DOES_NOTHING
            node.body = [
                ast.parse(f"def _():\n {text}").body[0].body[0] if _is_todo(s) else s  # type: ignore[attr-defined]
                for s in node.body
            ]
    return ast.unparse(ast.fix_missing_locations(tree))


def _is_todo(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise) and "NotImplementedError" in ast.unparse(statement)
