"""One submission in, one report out.

A `Grader` holds one fork server and one judge for each suite, so that the first submission
pays for importing torch and every further one only for its own checks. It can be used by many
threads at once: each submission is judged by a process of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import msgspec

from autograder import __version__
from autograder.course.exercise import Suite
from autograder.course.secret import course_secret
from autograder.errors import IsolationError, UserError
from autograder.judging import protocol
from autograder.judging.ladder import laddered
from autograder.judging.loading import limits_of, load_message
from autograder.judging.process import Judge
from autograder.language import marked, speaking, tr
from autograder.results import margins
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
from autograder.results.translated import translated
from autograder.results.verdict import Verdict
from autograder.sandbox.custody import ForkServer
from autograder.sandbox.isolation import Level
from autograder.submission.intake import Ungradable, take_in
from autograder.submission.policy import violations

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.results.margins import Calibration
    from autograder.submission.intake import HandedIn, Submission

__all__ = ["Grader"]

_MOST_JUDGES = 8
"""So many judges stay, each with torch in memory; of more, those that waited longest go."""


class Grader:
    """Grade submissions of one course; `grade` may be called by many threads at once.

    A thread for each core is enough: a submission is judged by one process and run by another, in turn.

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
        self._judges: dict[tuple[str, Suite], Judge] = {}
        """The longest unused first."""
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process that this grader started."""
        with self._lock:
            for judge in self._judges.values():
                judge.close()
            self._judges.clear()
            if self._server is not None:
                self._server.close()
                self._server = None

    @property
    def server(self) -> ForkServer:
        """The fork server, started at the first use."""
        with self._lock:
            if self._server is None:
                self._server = ForkServer(self._asked)
            return self._server

    def prepare(self, exercise: Exercise, suite: Suite) -> None:
        """Start everything that grading *exercise* needs, in the background."""
        self._judge(exercise, suite)

    def grade(
        self,
        source: Path | HandedIn,
        exercise: Exercise,
        *,
        suite: Suite = Suite.HIDDEN,
        student: str | None = None,
        part: str | tuple[str, ...] | None = None,
        pairs: int | None = None,
        unknown: Sequence[str] = (),
        diagnosed: bool = True,
        seed: bytes | None = None,
        progress: Callable[[int, int, CheckReport], None] | None = None,
    ) -> Report:
        """Judge the submission in *source*, a folder or its only file.

        Args:
            source: Where the student's files are, and nothing is written there; or what was read.
            exercise: What they are for.
            suite: Which tests to run.
            student: Whose it is.
            part: The only part to judge, or parts; such a report is for looking at, not for a
                grade.
            pairs: How many pairs of samples each speed check takes; by default as many as it needs.
            unknown: Known mistakes that the diagnosis does without, to see how it fares.
            diagnosed: Whether to look for the mistake that it behaves like.
            seed: The seed of all inputs; by default that of `seed`. A report on inputs that were
                given is not sealed.
            progress: Called after every check with how many are done, of how many, and the last.

        Raises:
            UserError: If *source*, the course or this machine is not as it should be.
        """
        with self._needed(exercise, suite) as judge, speaking(self.catalog.language):
            draft = _Draft(self, exercise, suite, student, seed)
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
            job = protocol.Job(
                load=load_message(submission, exercise, exercise.suite_folder(suite)),
                limits=limits_of(exercise),
                seconds=exercise.limits.seconds,
                seed=draft.seed,
                parts=(part,) if isinstance(part, str) else part,
                pairs=pairs,
                unknown=tuple(unknown),
                diagnosed=diagnosed,
                language=self.catalog.language,
            )
            draft.run(judge, job, progress)
            draft.name_the_fastest(margins.read(self.catalog.calibrations).get(exercise.id))
            return draft.finish(judge)

    def dismiss(self, exercise: Exercise) -> None:
        """End the judges of *exercise*; others take their place if it is graded again."""
        with self._lock:
            for suite in Suite:
                if judge := self._judges.pop((exercise.id, suite), None):
                    judge.dismiss()

    def checks(self, exercise: Exercise) -> tuple[protocol.PlannedCheck, ...]:
        """Return what the hidden suite of *exercise* checks."""
        return self._judge(exercise, Suite.HIDDEN).checks

    def seed(self, exercise: Exercise, suite: Suite, submission: str) -> bytes:
        """Return the seed of all inputs: the same for the same files, unknown without the secret.

        It is another for every submission, so the reference's answers cannot be kept for the next
        one; were it shared, whoever saw the inputs of one could write down the answers for all.
        """
        key = b"public" if suite is Suite.PUBLIC else course_secret(self.catalog.root)
        return hmac.digest(key, f"{exercise.id}\0{submission}".encode(), hashlib.sha256)

    @contextlib.contextmanager
    def _needed(self, exercise: Exercise, suite: Suite) -> Iterator[Judge]:
        """Yield the judge of *suite*, which stays for as long as it is used."""
        with self._lock:
            self._bury_the_dead()
            judge = self._judge(exercise, suite)
            judge.take()
        try:
            yield judge
        finally:
            judge.let_go()

    def _bury_the_dead(self) -> None:
        """Let go of processes that ended by themselves, so that fresh ones take their place."""
        if self._server is not None and not self._server.alive:
            self.close()
        for key in [key for key, judge in self._judges.items() if not judge.alive]:
            self._judges.pop(key).dismiss()

    def _judge(self, exercise: Exercise, suite: Suite) -> Judge:
        if not exercise.suite_folder(suite).is_dir():
            what = {
                Suite.PUBLIC: marked("The public suite of {id!r} is not on this machine."),
                Suite.HIDDEN: marked("The hidden suite of {id!r} is not on this machine."),
            }
            raise UserError(tr(what[suite], id=exercise.id))
        key = (exercise.id, suite)
        digest = self.catalog.digest(exercise)
        with self._lock:
            judge = self._judges.pop(key, None)
            if judge and judge.digest != digest:
                judge.dismiss()  # the suite has changed since it was collected
                judge = None
            if judge is None:
                self._make_room()
                judge = Judge(exercise, suite, digest, self.server.control)
            self._judges[key] = judge
            return judge

    def _make_room(self) -> None:
        """Dismiss the judges that have waited longest, where there are many."""
        idle = [key for key, judge in self._judges.items() if judge.is_idle]
        for key in idle[: max(0, len(self._judges) + 1 - _MOST_JUDGES)]:
            self._judges.pop(key).close()

    def _refuse_weak_isolation(self, suite: Suite) -> None:
        if suite is Suite.HIDDEN and self._asked is None and self.server.info.level is Level.NONE:
            absent = "; ".join(f"{k}: {v}" for k, v in self.server.info.absent.items())
            raise IsolationError(
                tr(
                    "This machine cannot cage student code ({absent}), and hidden tests are not "
                    "run without a cage. See 'grade doctor', or accept it with --isolation none.",
                    absent=absent,
                )
            )


class _Draft:
    """A report in the making."""

    def __init__(
        self,
        grader: Grader,
        exercise: Exercise,
        suite: Suite,
        student: str | None,
        seed: bytes | None,
    ) -> None:
        self._grader = grader
        self._exercise = exercise
        self._suite = suite
        self._student = student
        self._given = seed
        self._digest = ""
        self._files: tuple[SubmittedFile, ...] = ()
        self._notices: tuple[str, ...] = ()
        self._finished = protocol.Finished()
        self.verdicts: list[CheckReport] = []

    @property
    def seed(self) -> bytes:
        """What all inputs are drawn from."""
        return self._given or self._grader.seed(self._exercise, self._suite, self._digest)

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
        judge: Judge,
        job: protocol.Job,
        progress: Callable[[int, int, CheckReport], None] | None,
    ) -> None:
        """Have *judge* judge the submission, and keep what it says."""
        checks = judge.checks
        try:
            with judge.judging(job) as channel:
                self._collect_verdicts(judge, channel, progress)
        except OSError as error:
            judge.await_end()
            self._add_missing(checks, f"the judge has gone: {error.strerror}")

    def _collect_verdicts(
        self,
        judge: Judge,
        channel: socket.socket,
        progress: Callable[[int, int, CheckReport], None] | None,
    ) -> None:
        while True:
            answer = protocol.receive(channel)
            if isinstance(answer, protocol.CheckDone):
                self.verdicts.append(answer.report)
                if progress:
                    progress(len(self.verdicts), len(judge.checks), answer.report)
            elif isinstance(answer, protocol.Finished):
                self._finished = answer
                return
            else:
                if answer is None:
                    judge.await_end()
                reason = getattr(answer, "reason", "the judge has gone")
                self._add_missing(judge.checks, f"{reason}: {judge.last_words()}")
                return

    def name_the_fastest(self, calibration: Calibration | None) -> None:
        """Put beside every measured speed the best that is known on this machine."""
        self.verdicts = [
            msgspec.structs.replace(v, speed=msgspec.structs.replace(v.speed, beside=best))
            if v.speed and (best := margins.beside(calibration, v.check))
            else v
            for v in self.verdicts
        ]

    def _add_missing(self, checks: Sequence[protocol.PlannedCheck], trouble: str) -> None:
        """Call every check without a verdict `errored`: our fault, worth nothing, graded again."""
        done = {v.check for v in self.verdicts}
        if len(done) == len(checks):
            notice = tr("No diagnosis: the grader had trouble ({trouble}).", trouble=trouble)
            self._notices += (notice,)
        self.verdicts += [
            _verdict(c, Verdict.ERRORED, tr("the grader had trouble ({trouble})", trouble=trouble))
            for c in checks
            if c.check not in done
        ]

    def finish(self, judge: Judge) -> Report:
        """Return the report."""
        problem = self._finished.problem
        parts = parts_of(self.verdicts)
        score = total_of(parts)
        if problem is not None:
            score = Score(earned=0.0, possible=sum(c.points for c in judge.checks))
        server = self._grader.server.info
        exercise = self._exercise
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
            language=self._grader.catalog.language,
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
                seed=self.seed.hex(),
            ),
        )
        report = laddered(translated(report, exercise, judge.checks), exercise)
        if self._suite is Suite.PUBLIC or self._given is not None:
            return report  # whoever knows the inputs can have any, so it proves nothing
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
        device=check.device,
    )
