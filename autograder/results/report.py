"""The report: every verdict of one submission, as versioned JSON.

`docs/report-format.md` documents every field. This module does no I/O.
"""

from __future__ import annotations

from typing import Any, Self

import msgspec

from autograder.course.rules import Tells
from autograder.errors import UserError
from autograder.language import LANGUAGES, tr
from autograder.results.picture import Picture
from autograder.results.verdict import Verdict

__all__ = [
    "VERSION",
    "CheckReport",
    "Diagnosis",
    "Environment",
    "Isolation",
    "PartScore",
    "Problem",
    "Report",
    "Score",
    "Speed",
    "SubmittedFile",
    "Where",
]

VERSION = 1


class _Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An immutable fact with named fields."""


class Score(_Fact, frozen=True, kw_only=True):
    """Points earned out of points possible."""

    earned: float
    possible: float


class PartScore(_Fact, frozen=True, kw_only=True):
    """The score of one part: a row of the feedback, a grade cell in nbgrader."""

    part: str
    earned: float
    possible: float


class Where(_Fact, frozen=True, kw_only=True):
    """A line of the student's own file."""

    file: str
    line: int
    function: str | None = None
    source: str | None = None


class Speed(_Fact, frozen=True, kw_only=True):
    """How long a submission took for a probe, as a ratio to the reference's time."""

    ratio: float
    """Median of the ratios of all pairs of samples."""
    low: float
    """Lower confidence bound of the median; 0 where the samples are too few to give one."""
    high: float | None
    """Upper confidence bound; None likewise."""
    limit: float
    samples: int
    """How many pairs were taken."""
    conclusive: bool
    """False where time was up with samples on both sides of the limit: then it passed."""
    reference: str
    """What it was compared with, in words."""
    suspicious: bool = False
    """Faster than anything right can be; for staff, `Report.for_student` leaves it out."""
    ratios: tuple[float, ...] = ()
    """Every pair's ratio, in the order in which they were taken."""
    beside: dict[str, float] = {}
    """Other implementations' ratios as measured by `grade calibrate` on this machine."""


class CheckReport(_Fact, frozen=True, kw_only=True):
    """What became of one check."""

    check: str
    part: str
    verdict: Verdict
    earned: float
    possible: float
    title: str
    message: str | None = None
    hint: str | None = None
    more_hints: tuple[str | None, ...] = ()
    """What helps more, one after the other; None is one that is not unlocked yet."""
    where: Where | None = None
    """The line in the student's file that raised, innermost."""
    output: str | None = None
    """What the student's code printed during this check, bounded."""
    builds_on: str | None = None
    """The check whose failure made this one `skipped` or inherited `not_implemented`."""
    device: str = "cpu"
    """Where it ran; checks of parity and speed run on every device of their exercise."""
    seconds: float = 0.0
    speed: Speed | None = None
    """What a speed check measured."""
    picture: Picture | None = None
    """What the student's code gave and what was expected, to be drawn."""

    @property
    def written_as(self) -> str:
        """The name that it has in its suite: on another device it runs under one more."""
        return self.check.removesuffix(f"_on_{self.device}")

    @property
    def could_run(self) -> bool:
        """Whether it can run on this machine; a check for a device that is missing cannot."""
        return bool(self.possible) or self.verdict is not Verdict.SKIPPED


class Diagnosis(_Fact, frozen=True, kw_only=True):
    """A known mistake that behaves as the submission does, and the checks that it explains."""

    mistake: str
    sentence: str
    checks: tuple[str, ...]


class Problem(_Fact, frozen=True, kw_only=True):
    """Why a submission could not be judged at all, in one sentence for the student."""

    kind: str
    sentence: str
    where: Where | None = None
    caret: int | None = None
    """Column (from 1) in `where.source` at which a syntax error was found."""
    output: str | None = None


class Isolation(_Fact, frozen=True, kw_only=True):
    """The cage that was in force: level, layers, and each absent layer with its reason."""

    level: str
    layers: tuple[str, ...]
    absent: dict[str, str] = {}


class Environment(_Fact, frozen=True, kw_only=True):
    """Versions and digests that a report depends on."""

    torch: str
    python: str
    device: str
    engine: str
    course: str
    seed: str | None = None
    """For staff; `Report.for_student` leaves it out."""


class SubmittedFile(_Fact, frozen=True, kw_only=True):
    """One file of the submission."""

    name: str
    bytes: int
    digest: str


class Report(_Fact, frozen=True, kw_only=True):
    """Every verdict of one submission, with score, environment and isolation."""

    version: int = VERSION
    exercise: str
    student: str | None = None
    suite: str
    """`hidden` or `public`."""
    submission: str
    """`sha256:` of names and contents of the files that were judged."""
    files: tuple[SubmittedFile, ...]
    graded_at: str
    """UTC, ISO 8601."""
    gradable: bool
    problem: Problem | None = None
    """Set exactly when the submission is not gradable."""
    score: Score
    parts: tuple[PartScore, ...]
    verdicts: tuple[CheckReport, ...]
    diagnosis: tuple[Diagnosis, ...] = ()
    notices: tuple[str, ...] = ()
    """What intake left aside or repaired (a byte order mark, files that do not belong)."""
    isolation: Isolation
    environment: Environment
    language: str = LANGUAGES[0]
    """In which titles, hints, messages and sentences are written."""
    told: Tells = Tells.FULL
    """How much of it is here, as the course says; `results.told` leaves the rest out."""
    seal: str | None = None
    """HMAC of the report under the course's secret (`results.seal`); hidden suites only."""

    @property
    def passed(self) -> bool:
        """Whether every check that could run here passed."""
        if self.told is Tells.SCORE:
            return self.gradable and not self.errored and self.score.earned == self.score.possible
        judged = [v for v in self.verdicts if v.could_run]
        return self.gradable and bool(judged) and all(v.verdict is Verdict.PASSED for v in judged)

    @property
    def errored(self) -> bool:
        """Whether the grader itself had trouble."""
        return any(v.verdict is Verdict.ERRORED for v in self.verdicts)

    def for_student(self) -> Self:
        """Return the report without what only staff may see."""
        replace = msgspec.structs.replace
        return replace(
            self,
            environment=replace(self.environment, seed=None),
            verdicts=tuple(
                replace(v, speed=replace(v.speed, suspicious=False)) if v.speed else v
                for v in self.verdicts
            ),
        )

    def without_times(self) -> Self:
        """Return the report without what differs when the same files are graded again."""
        return msgspec.structs.replace(
            self,
            graded_at="",
            seal=None,
            verdicts=tuple(
                msgspec.structs.replace(v, seconds=0.0, speed=None) for v in self.verdicts
            ),
        )

    def to_json(self) -> str:
        """Return the report as indented JSON."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a report, and refuse a version or a field that this engine does not know.

        Raises:
            UserError: If *text* is not a report of version 1.
        """
        try:
            version = msgspec.json.decode(text, type=dict[str, Any]).get("version")
        except msgspec.MsgspecError as error:
            raise UserError(tr("This is not a report: {error}.", error=error)) from error
        if version != VERSION:
            raise UserError(
                tr(
                    "This report has version {version!r}; this engine reads version {known}.",
                    version=version,
                    known=VERSION,
                )
            )
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.ValidationError as error:
            raise UserError(tr("This report is damaged: {error}.", error=error)) from error
