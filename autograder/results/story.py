"""What is told of a report, and in which order: the cause first, one thing at a time.

A terminal and a page tell the same story; they differ in how it looks. Everything here is plain
text, made safe to show: what student code had a hand in went through `printable`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len

from autograder.course.exercise import Suite
from autograder.course.hints import locked_sentence
from autograder.language import marked, tr, trn
from autograder.results.layout import listed, part_name, points
from autograder.results.picture import Picture
from autograder.results.printable import first_line, one_line, printable
from autograder.results.report import CheckReport, Speed
from autograder.results.told import hints_of, sentence_of
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.results.report import Problem, Report, Where

__all__ = [
    "Finding",
    "Known",
    "Line",
    "Piece",
    "Row",
    "Setting",
    "Story",
    "hints_in_words",
    "passed_of",
    "tell",
]

_WRONG = {
    Verdict.FAILED: "{title}",
    Verdict.TIMED_OUT: marked("{title} (did not come back in time)"),
    Verdict.FORBIDDEN: marked("{title} (not allowed here)"),
}


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What the feedback says beyond the report."""

    title: str
    """Title of the exercise."""
    next_step: str = ""
    """One sentence that closes the feedback."""
    verbose: bool = False
    """Whether to show every failed check in full, and the passed ones by title."""
    hints: dict[str, int] | None = None
    """How many hints of each check are shown, where it is not one; None: all of the first cause's."""


class Row(msgspec.Struct, frozen=True):
    """One part: its points in words (empty where they do not count), checks passed, and of how many."""

    part: str
    earned: str
    done: int
    of: int


class Known(msgspec.Struct, frozen=True):
    """A known mistake in a teacher's words, and the titles of what it does and does not explain."""

    sentence: str
    explains: tuple[str, ...]
    leaves: tuple[str, ...]


class Line(msgspec.Struct, frozen=True):
    """A line of the student's own file, and a sign below where Python could not read on."""

    place: str
    source: str
    caret: str = ""


class Finding(msgspec.Struct, frozen=True):
    """A check that did not pass, and how many more ended as it did."""

    title: str
    message: str
    hints: tuple[str, ...] = ()
    """As they are told, each with its number where there are several."""
    line: Line | None = None
    output: str = ""
    picture: Picture | None = None
    alike: int = 0


class Piece(msgspec.Struct, frozen=True):
    """Something that is still to write, and how many checks ask for it."""

    text: str
    checks: int


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told of one report, in the order in which it is told."""

    title: str
    score: str
    """As in `8.5 of 10 points`, or `5 of 6 public checks`."""
    done: float
    of: float
    rows: tuple[Row, ...]
    speeds: tuple[Speed, ...]
    problem: Finding | None
    """Why nothing could be judged; then nothing else is told but the notices."""
    told: str
    """What the course leaves out, in one sentence."""
    praise: str
    """What is said where everything passed."""
    known: tuple[Known, ...]
    findings: tuple[Finding, ...]
    """Causes, the first one first."""
    follow: int
    """How many failed checks the known mistakes explain, beyond the first finding."""
    waiting: tuple[str, ...]
    unwritten: tuple[Piece, ...]
    trouble: tuple[str, ...]
    """What the grader could not do: a sentence and, where known, the reason."""
    passed: tuple[str, ...]
    notices: tuple[str, ...]
    next_step: str


def tell(report: Report, setting: Setting) -> Story:
    """Return what is told of *report*."""
    return _Teller(report, setting).story()


class _Teller:
    """Puts one report into words, a piece at a time."""

    def __init__(self, report: Report, setting: Setting) -> None:
        self.report = report
        self.setting = setting
        self.is_public = report.suite == Suite.PUBLIC
        self.titles = {check.check: one_line(check.title) for check in report.verdicts}

    def story(self) -> Story:
        report, passed = self.report, self._of(Verdict.PASSED)
        score, done, of = self._score()
        wrong = [check for check in report.verdicts if check.verdict in _WRONG]
        findings, follow = self._findings(wrong)
        return Story(
            title=one_line(self.setting.title),
            score=score,
            done=done,
            of=of,
            rows=tuple(self._rows()),
            speeds=tuple(check.speed for check in report.verdicts if check.speed),
            problem=_problem(report.problem) if report.problem else None,
            told=sentence_of(report),
            praise=self._praise(len(passed)) if report.passed else "",
            known=tuple(self._known([check.check for check in wrong])),
            findings=findings,
            follow=follow,
            waiting=tuple(self._waiting()),
            unwritten=tuple(self._unwritten()),
            trouble=tuple(self._trouble()),
            passed=tuple(self.titles[check.check] for check in passed),
            notices=tuple(one_line(notice) for notice in report.notices),
            next_step=self.setting.next_step,
        )

    def _of(self, verdict: Verdict) -> list[CheckReport]:
        return [check for check in self.report.verdicts if check.verdict is verdict]

    def _score(self) -> tuple[str, float, float]:
        if not self.report.gradable:
            return tr("not graded"), 0, 0
        if self.is_public:
            done, of = passed_of(self.report.verdicts)
            return tr("{done} of {of} public checks", done=done, of=of), done, of
        score = self.report.score
        return (
            tr(
                "{earned} of {possible} points",
                earned=points(score.earned),
                possible=points(score.possible),
            ),
            score.earned,
            score.possible,
        )

    def _rows(self) -> Iterator[Row]:
        for part in self.report.parts:
            done, of = passed_of(c for c in self.report.verdicts if c.part == part.part)
            # Points of a public suite count for nothing, so they are not shown.
            earned = "" if self.is_public else _so_many(points(part.earned), points(part.possible))
            yield Row(part_name(part.part), earned, done, of)

    def _praise(self, passed: int) -> str:
        if self.is_public:
            return tr("All {passed} public checks pass.", passed=passed)
        if not passed:  # the course tells the score alone
            return tr("Every check passes: {exercise} is yours.", exercise=self.report.exercise)
        return tr(
            "All {passed} checks pass: {exercise} is yours.",
            passed=passed,
            exercise=self.report.exercise,
        )

    def _known(self, wrong: list[str]) -> Iterator[Known]:
        explained = {name for known in self.report.diagnosis for name in known.checks}
        for known in self.report.diagnosis:
            yield Known(
                one_line(known.sentence, columns=1000),
                tuple(self.titles.get(name, name) for name in known.checks),
                tuple(self.titles[name] for name in wrong if name not in explained),
            )

    def _findings(self, wrong: list[CheckReport]) -> tuple[tuple[Finding, ...], int]:
        if self.setting.verbose:
            return tuple(self._finding(check, n) for n, check in enumerate(wrong)), 0
        explained = {name for known in self.report.diagnosis for name in known.checks}
        first = next((check.check for check in wrong if check.check in explained), None)
        follow = [c for c in wrong if c.check in explained and c.check != first]
        alike: dict[tuple[Verdict, str | None], list[CheckReport]] = {}
        for check in wrong:
            if check not in follow:
                alike.setdefault((check.verdict, check.message), []).append(check)
        findings = (
            self._finding(cause, n, len(others))
            for n, (cause, *others) in enumerate(alike.values())
        )
        return tuple(findings), len(follow)

    def _finding(self, check: CheckReport, number: int, alike: int = 0) -> Finding:
        title = tr(_WRONG[check.verdict], title=one_line(check.title))
        if check.verdict is Verdict.FORBIDDEN and alike:
            title = tr(
                "Not allowed in this exercise:"
            )  # what ends every check is about none of them
        return Finding(
            title=title,
            message=printable(check.message or ""),
            hints=tuple(hints_in_words(check, self.setting.hints, is_first=not number)),
            line=line_of(check.where),
            output=_printed(check.output),
            picture=check.picture,
            alike=alike,
        )

    def _waiting(self) -> Iterator[str]:
        skipped = self._of(Verdict.SKIPPED)
        titles = {v.check: one_line(v.title).rstrip(".") for v in self.report.verdicts}
        for cause, n in Counter(c.builds_on for c in skipped if c.builds_on and c.possible).items():
            yield trn(
                "{n} more check builds on '{title}' and waits for it.",
                "{n} more checks build on '{title}' and wait for it.",
                n,
                title=titles.get(cause) or cause,
            )
        elsewhere = Counter(first_line(c.message or "") for c in skipped if not c.builds_on)
        for reason, n in elsewhere.items():
            if reason:
                yield trn(
                    "{n} check cannot run here: {reason}",
                    "{n} checks cannot run here: {reason}",
                    n,
                    reason=reason,
                )
            else:
                yield trn("{n} check cannot run here.", "{n} checks cannot run here.", n)

    def _unwritten(self) -> Iterator[Piece]:
        checks = {check.check: check for check in self._of(Verdict.NOT_IMPLEMENTED)}
        roots = (checks.get(check.builds_on or "", check) for check in checks.values())
        pieces = Counter(first_line(root.message or root.title) for root in roots)
        return (Piece(text, n) for text, n in pieces.items())

    def _trouble(self) -> Iterator[str]:
        errored = self._of(Verdict.ERRORED)
        if errored:
            titles = listed(self.titles[check.check] for check in errored)
            yield trn(
                "The grader had trouble of its own with {n} check: {titles}",
                "The grader had trouble of its own with {n} checks: {titles}",
                len(errored),
                titles=titles,
            )
            yield from (first_line(check.message) for check in errored[:1] if check.message)


def _problem(problem: Problem) -> Finding:
    return Finding(
        title="",
        message=one_line(problem.sentence),
        line=line_of(problem.where, problem.caret),
        output=_printed(problem.output),
    )


def hints_in_words(
    check: CheckReport, shown: dict[str, int] | None, *, is_first: bool
) -> Iterator[str]:
    """Yield the hints of *check* that are told, and what unlocks the next.

    Args:
        check: What failed.
        shown: As in `Setting`.
        is_first: Whether it is the first cause.
    """
    hints = hints_of(check)
    free = [hint for hint in hints if hint]
    if shown is not None or not is_first:
        free = free[: (shown or {}).get(check.check, 1)]
    for number, hint in enumerate(free, start=1):
        said = one_line(hint, columns=2000)
        if number == 1:
            yield tr("Hint: {hint}", hint=said)
        else:
            yield tr("Hint {number} of {of}: {hint}", number=number, of=len(hints), hint=said)
    if is_first and None in hints[: len(free) + 1]:
        yield f"({locked_sentence(len(free) + 1, len(hints))})"


def _printed(output: str | None) -> str:
    return printable(output or "", lines=12, columns=200)


def line_of(where: Where | None, caret: int | None = None) -> Line | None:
    """Return the line that *where* is about, its indentation cut off."""
    if where is None:
        return None
    file, line = one_line(where.file), where.line
    if where.function:
        function = one_line(where.function)
        place = tr("{file}, line {line}, in {function}", file=file, line=line, function=function)
    else:
        place = tr("{file}, line {line}", file=file, line=line)
    source, left = (where.source or "").lstrip(), len(where.source or "")
    sign = ""
    if source and caret:
        # The sign itself keeps the blanks before it; what stands left of the code is cut off.
        before = first_line(f"{source[: max(caret - 1 - left + len(source), 0)]}^")
        sign = f"{' ' * (cell_len(before) - 1)}^"
    return Line(place, first_line(source), sign)


def _so_many(done: str, of: str) -> str:
    return tr("{done} of {of}", done=done, of=of)


def passed_of(checks: Iterable[CheckReport]) -> tuple[int, int]:
    """Return how many of *checks* passed, of those that can run here."""
    here = [check for check in checks if check.could_run]
    return sum(c.verdict is Verdict.PASSED for c in here), len(here)
