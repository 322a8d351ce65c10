"""Leave out of a report what a course does not tell its students, and hints that are still locked.

The whole report stays with staff. What a student is given is cut first and sealed then, so that
it verifies; what was left out is nowhere in it, and cannot be found by looking closely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import Suite
from autograder.course.rules import Rules, Tells, Unlocks
from autograder.course.secret import course_secret
from autograder.language import marked, tr
from autograder.results.seal import sealed
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.course.catalog import Catalog
    from autograder.course.workspace import Workspace
    from autograder.results.report import CheckReport, Report

__all__ = ["given", "hints_of", "passed_on", "sentence_of", "told", "unlocked"]

_SENTENCES = {
    Tells.HINTS: marked(
        "This course shows titles, verdicts and hints of its hidden checks, not what they observed."
    ),
    Tells.TITLES: marked(
        "This course shows which of its hidden checks pass, and nothing else about them."
    ),
    Tells.SCORE: marked("This course shows the points of each part, and nothing else."),
}


def given(report: Report, catalog: Catalog, workspace: Workspace) -> Report:
    """Return what the student in *workspace* is given of *report*; count the attempt there.

    Args:
        report: What was judged, in full.
        catalog: The course, which says how much.
        workspace: Where the student works.

    Raises:
        CourseError: If the course does not say it as it should.
    """
    rules = Rules.of(catalog)
    if rules.hints is Unlocks.AT_ONCE:
        return passed_on(report, catalog, rules)
    failed = [check.check for check in report.verdicts if check.more_hints]
    attempts = workspace.attempts(report.exercise, report.submission, failed)
    return passed_on(report, catalog, rules, lambda check: attempts.get(check, 0))


def passed_on(
    report: Report, catalog: Catalog, rules: Rules, attempts: Callable[[str], int] = lambda _: 1
) -> Report:
    """Return what a student is given of the whole *report*, sealed anew if it was sealed.

    Args:
        report: What was judged, in full.
        catalog: The course, whose secret seals.
        rules: What the course says.
        attempts: How many attempts have failed the check of that name, this one included.
    """
    cut = told(report, rules.tells)
    if rules.hints is Unlocks.BY_ATTEMPTS:
        cut = unlocked(cut, attempts)
    return sealed(cut, course_secret(catalog.root)) if cut.seal and cut != report else cut


def told(report: Report, tells: Tells) -> Report:
    """Return as much of *report* as *tells* says; of a public suite, which is known, everything."""
    if tells is Tells.FULL or report.suite == Suite.PUBLIC:
        return report
    verdicts = report.verdicts
    if tells is Tells.SCORE:  # but for the grader's own trouble, of which a reader must know
        verdicts = tuple(v for v in verdicts if v.verdict is Verdict.ERRORED)
    return msgspec.structs.replace(
        report, told=tells, diagnosis=(), verdicts=tuple(_told(v, tells) for v in verdicts)
    )


def unlocked(report: Report, steps: Callable[[str], int]) -> Report:
    """Return *report* with so many hints of each check as *steps* says by the check's name."""
    return msgspec.structs.replace(
        report,
        verdicts=tuple(
            msgspec.structs.replace(v, more_hints=_locked(v.more_hints, steps(v.check) - 1))
            for v in report.verdicts
        ),
    )


def hints_of(check: CheckReport) -> tuple[str | None, ...]:
    """Return the hints of *check*, from vague to specific; None is one that is still locked."""
    return (check.hint, *check.more_hints) if check.hint else ()


def sentence_of(report: Report) -> str:
    """Return in one sentence what the course leaves out of *report*; nothing where it is whole."""
    return tr(_SENTENCES.get(report.told, ""))


def _told(check: CheckReport, tells: Tells) -> CheckReport:
    hints = {} if tells is Tells.HINTS else {"hint": None, "more_hints": ()}
    return msgspec.structs.replace(
        check, message=None, where=None, output=None, picture=None, speed=None, **hints
    )


def _locked(hints: tuple[str | None, ...], free: int) -> tuple[str | None, ...]:
    return tuple(hint if number < free else None for number, hint in enumerate(hints))
