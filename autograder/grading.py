"""One submission in, one report out.

A `Grader` holds one fork server and one judge for each suite, so that the first submission
pays for importing torch and every further one only for its own checks.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import signal
import socket
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from autograder import __version__
from autograder.course.exercise import Suite
from autograder.course.secret import course_secret
from autograder.errors import CourseError, IsolationError, UserError
from autograder.judging import protocol
from autograder.judging.loading import limits_of, load_message
from autograder.results.report import (
    CheckReport,
    Environment,
    Isolation,
    Report,
    Score,
    SubmittedFile,
    Where,
)
from autograder.results.score import parts_of, total_of
from autograder.results.seal import sealed
from autograder.results.verdict import Verdict
from autograder.sandbox.custody import ForkServer
from autograder.sandbox.isolation import Level
from autograder.submission.intake import Ungradable, take_in
from autograder.submission.policy import violations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.sandbox.wire import Load
    from autograder.submission.intake import Submission

__all__ = ["Grader"]

_LAST_WORDS = 4096
_START = """
import sys
sys.path.insert(0, {root!r})
import autograder
del sys.path[0]
import msgspec
from autograder.judging import judge, protocol
judge.main(msgspec.json.decode({config!r}, type=protocol.JudgeConfig))
"""


class _Judge:
    """A judge's process, with the checks that it has collected."""

    def __init__(
        self, exercise: Exercise, suite: Suite, digest: str, control: socket.socket
    ) -> None:
        self.exercise = exercise
        self.digest = digest
        self.channel, theirs = socket.socketpair()
        mistakes = exercise.secret / "mistakes"
        config = protocol.JudgeConfig(
            suite=str(exercise.suite_folder(suite)),
            mistakes=str(mistakes) if suite is Suite.HIDDEN and mistakes.is_dir() else None,
            jobs=theirs.fileno(),
            control=control.fileno(),
        )
        root = str(Path(__file__).resolve().parents[1])
        start = _START.format(root=root, config=msgspec.json.encode(config))
        self._talk = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", start],
            stdin=subprocess.DEVNULL,
            stdout=self._talk,
            stderr=self._talk,
            pass_fds=(theirs.fileno(), control.fileno()),
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            start_new_session=True,
        )
        theirs.close()
        self._checks: tuple[protocol.PlannedCheck, ...] | None = None

    @property
    def checks(self) -> tuple[protocol.PlannedCheck, ...]:
        """The checks of the suite; waits until they are collected.

        Raises:
            CourseError: If the suite is broken.
        """
        if self._checks is None:
            answer = protocol.receive(self.channel)
            if not isinstance(answer, protocol.Collected):
                reason = getattr(answer, "reason", None) or self.last_words()
                raise CourseError(f"The suite of {self.exercise.id!r} is broken: {reason}")
            self._checks = answer.checks
        return self._checks

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """Return the last line that the process printed."""
        handle = self._talk.fileno()
        tail = max(0, os.fstat(handle).st_size - _LAST_WORDS)
        lines = os.pread(handle, _LAST_WORDS, tail).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it said nothing (exit status {self._process.poll()})"

    def close(self) -> None:
        """End the process, and its child that judges just now; neither has anything to save."""
        self.channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._talk.close()


class Grader:
    """Grade submissions of one course, one after another.

    Args:
        catalog: The course.
        isolation: `full`, `container` or `none`; by default the best that this machine gives,
            but never `none` for a hidden suite.

    Raises:
        IsolationError: While grading, if the cage that is needed is not to be had.
    """

    def __init__(self, catalog: Catalog, *, isolation: str | None = None) -> None:
        self.catalog = catalog
        self._asked = Level(isolation) if isolation else None
        self._server: ForkServer | None = None
        self._judges: dict[tuple[str, Suite], _Judge] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process that this grader started."""
        for judge in self._judges.values():
            judge.close()
        self._judges.clear()
        if self._server is not None:
            self._server.close()
            self._server = None

    @property
    def server(self) -> ForkServer:
        """The fork server, started at the first use."""
        if self._server is None:
            self._server = ForkServer(self._asked)
        return self._server

    def prepare(self, exercise: Exercise, suite: Suite) -> None:
        """Start everything that grading *exercise* needs, in the background."""
        self._judge(exercise, suite)

    def grade(
        self,
        source: Path,
        exercise: Exercise,
        *,
        suite: Suite = Suite.HIDDEN,
        student: str | None = None,
        progress: Callable[[int, int, CheckReport], None] | None = None,
    ) -> Report:
        """Judge the submission in *source*, a folder or its only file.

        Args:
            source: Where the student's files are; nothing is written there.
            exercise: What they are for.
            suite: Which tests to run.
            student: Whose it is.
            progress: Called after every check with how many are done, of how many, and the last.

        Raises:
            UserError: If *source*, the course or this machine is not as it should be.
        """
        self._bury_the_dead()
        judge = self._judge(exercise, suite)
        draft = _Draft(self, exercise, suite, student)
        try:
            submission = take_in(source, exercise)
        except Ungradable as error:
            draft.take_problem(error)
            return draft.finish(judge)
        draft.take_submission(submission)
        broken = violations(submission, exercise)
        if broken:
            sentence, where = broken[0].sentence, broken[0]
            at = Where(file=where.file, line=where.line, source=where.source)
            draft.verdicts = [
                _verdict(c, Verdict.FORBIDDEN, sentence, where=at) for c in judge.checks
            ]
            return draft.finish(judge)
        self._refuse_weak_isolation(suite)
        draft.run(judge, load_message(submission, exercise, exercise.suite_folder(suite)), progress)
        return draft.finish(judge)

    def seed(self, exercise: Exercise, suite: Suite, submission: str) -> bytes:
        """Return the seed of all inputs: the same for the same files, unknown without the secret."""
        key = b"public" if suite is Suite.PUBLIC else course_secret(self.catalog.root)
        return hmac.digest(key, f"{exercise.id}\0{submission}".encode(), hashlib.sha256)

    def _bury_the_dead(self) -> None:
        """Let go of processes that ended by themselves, so that fresh ones take their place."""
        if self._server is not None and not self._server.alive:
            self.close()
        for key in [key for key, judge in self._judges.items() if not judge.alive]:
            self._judges.pop(key).close()

    def _judge(self, exercise: Exercise, suite: Suite) -> _Judge:
        if not exercise.suite_folder(suite).is_dir():
            raise UserError(f"The {suite} suite of {exercise.id!r} is not on this machine.")
        key = (exercise.id, suite)
        digest = self.catalog.digest(exercise)
        if key in self._judges and self._judges[key].digest != digest:
            self._judges.pop(key).close()  # the suite has changed since it was collected
        if key not in self._judges:
            self._judges[key] = _Judge(exercise, suite, digest, self.server.control)
        return self._judges[key]

    def _refuse_weak_isolation(self, suite: Suite) -> None:
        if suite is Suite.HIDDEN and self._asked is None and self.server.info.level is Level.NONE:
            absent = "; ".join(f"{k}: {v}" for k, v in self.server.info.absent.items())
            raise IsolationError(
                f"This machine cannot cage student code ({absent}), and hidden tests are not run "
                f"without a cage. See 'grade doctor', or accept it with --isolation none."
            )


class _Draft:
    """A report in the making."""

    def __init__(
        self, grader: Grader, exercise: Exercise, suite: Suite, student: str | None
    ) -> None:
        self._grader = grader
        self._exercise = exercise
        self._suite = suite
        self._student = student
        self._digest = ""
        self._files: tuple[SubmittedFile, ...] = ()
        self._notices: tuple[str, ...] = ()
        self._finished = protocol.Finished()
        self.verdicts: list[CheckReport] = []

    def take_submission(self, submission: Submission) -> None:
        """Note which files are judged."""
        self._digest = submission.digest
        self._files = submission.facts
        self._notices = submission.notices

    def take_problem(self, error: Ungradable) -> None:
        """Note why there is nothing to judge."""
        self._digest = error.digest
        self._files = error.facts
        self._finished = protocol.Finished(problem=error.problem)

    def run(
        self,
        judge: _Judge,
        load: Load,
        progress: Callable[[int, int, CheckReport], None] | None,
    ) -> None:
        """Have *judge* judge the submission, and keep what it says."""
        exercise = self._exercise
        checks = judge.checks
        job = protocol.Job(
            load=load,
            limits=limits_of(exercise),
            seconds=exercise.limits.seconds,
            seed=self._grader.seed(exercise, self._suite, self._digest),
        )
        try:
            protocol.send(judge.channel, job)
            self._collect_verdicts(judge, progress)
        except OSError as error:
            judge.close()
            self._add_missing(checks, f"the judge has gone: {error.strerror}")

    def _collect_verdicts(
        self, judge: _Judge, progress: Callable[[int, int, CheckReport], None] | None
    ) -> None:
        while True:
            answer = protocol.receive(judge.channel)
            if isinstance(answer, protocol.CheckDone):
                self.verdicts.append(answer.report)
                if progress:
                    progress(len(self.verdicts), len(judge.checks), answer.report)
            elif isinstance(answer, protocol.Finished):
                self._finished = answer
                return
            else:
                reason = getattr(answer, "reason", "the judge has gone")
                self._add_missing(judge.checks, f"{reason}: {judge.last_words()}")
                if answer is None:
                    judge.close()
                return

    def _add_missing(self, checks: Sequence[protocol.PlannedCheck], trouble: str) -> None:
        """Call every check without a verdict `errored`: our fault, worth nothing, graded again."""
        done = {v.check for v in self.verdicts}
        if len(done) == len(checks):
            self._notices += (f"No diagnosis: the grader had trouble ({trouble}).",)
        self.verdicts += [
            _verdict(c, Verdict.ERRORED, f"the grader had trouble ({trouble})")
            for c in checks
            if c.check not in done
        ]

    def finish(self, judge: _Judge) -> Report:
        """Return the report."""
        problem = self._finished.problem
        parts = parts_of(self.verdicts)
        score = total_of(parts)
        if problem is not None:
            score = Score(earned=0.0, possible=sum(c.points for c in judge.checks))
        server = self._grader.server.info
        exercise = self._exercise
        seed = self._grader.seed(exercise, self._suite, self._digest).hex()
        report = Report(
            exercise=exercise.id,
            student=self._student,
            suite=self._suite.value,
            submission=self._digest,
            files=self._files,
            graded_at=datetime.now(UTC).isoformat(timespec="seconds"),
            gradable=problem is None,
            problem=problem,
            score=score,
            parts=parts,
            verdicts=tuple(self.verdicts),
            diagnosis=self._finished.diagnosis,
            notices=self._notices,
            isolation=Isolation(
                level=server.level.value,
                layers=self._finished.layers,
                absent={**server.absent, **self._finished.absent},
            ),
            environment=Environment(
                torch=server.torch,
                python=server.python,
                device="cpu",
                engine=__version__,
                course=judge.digest,
                seed=seed,
            ),
        )
        if self._suite is Suite.PUBLIC:
            return report  # anybody can run it, so it proves nothing
        return sealed(report, course_secret(self._grader.catalog.root))


def _verdict(
    check: protocol.PlannedCheck, verdict: Verdict, message: str, where: Where | None = None
) -> CheckReport:
    return CheckReport(
        check=check.check,
        part=check.part,
        verdict=verdict,
        earned=0.0,
        possible=check.points,
        title=check.title,
        message=message,
        hint=None,
        where=where,
    )
