"""Gradescope's `results.json` of each attempt that counts.

The format is that of Gradescope's autograder specifications, "Output format". A student sees what
is in it, so it holds what a student may see, and nothing that is for staff.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from autograder.course.rules import Tells
from autograder.results.files import file_name
from autograder.results.layout import points
from autograder.results.printable import one_line, printable
from autograder.results.told import sentence_of, told
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.course.rules import Rules
    from autograder.results.graded import Graded
    from autograder.results.report import CheckReport, Report

__all__ = ["files", "results"]

_WHOLE = 0.9999


def files(graded: Iterable[Graded], rules: Rules) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield `<student>/<exercise>/results.json` of every attempt that counts."""
    for one in graded:
        if one.counts:
            place = PurePosixPath(file_name(one.student), file_name(one.exercise), "results.json")
            text = msgspec.json.format(msgspec.json.encode(results(one, rules.tells)), indent=2)
            yield place, text.decode() + "\n"


def results(one: Graded, tells: Tells = Tells.FULL) -> dict[str, Any]:
    """Return what Gradescope shows of one attempt, in as far as the course *tells* it."""
    report = told(one.report, tells).for_student()
    shown = [check for check in report.verdicts if check.possible]  # not of a missing device
    return {
        "score": round(one.earned, 6),
        "execution_time": round(sum(check.seconds for check in report.verdicts), 3),
        "output": "\n".join(_about(one, report)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(number, check) for number, check in enumerate(shown, start=1)],
        "extra_data": {
            "exercise": report.exercise,
            "attempt": one.attempt,
            "late": one.late,
            "submission": report.submission,
            "course": report.environment.course,
            "engine": report.environment.engine,
        },
    }


def _about(one: Graded, report: Report) -> Iterator[str]:
    """Yield what is to be said of the submission as a whole."""
    if report.problem:
        yield f"Not graded. {one_line(report.problem.sentence)}"
    else:
        score = f"{points(report.score.earned)} of {points(report.score.possible)} points"
        yield f"{score} for {one_line(report.exercise)}."
    if one.late and one.share < _WHOLE:
        yield f"It was late and keeps {points(100 * one.share)} % of them: {points(one.earned)}."
    elif one.late:
        yield "It was late."
    if left_out := sentence_of(report):
        yield left_out
    for known in report.diagnosis:
        yield f"Your code behaves like this known mistake: {one_line(known.sentence)}"
    yield from map(one_line, report.notices)


def _test(number: int, check: CheckReport) -> dict[str, Any]:
    return {
        "name": one_line(check.title),
        "number": str(number),
        "score": round(check.earned, 6),
        "max_score": round(check.possible, 6),
        "status": "passed" if check.verdict is Verdict.PASSED else "failed",
        "output": "\n".join(_said(check)),
        "tags": [check.part, check.verdict.value],
        "visibility": "visible",
        "extra_data": {"check": check.check},
    }


def _said(check: CheckReport) -> Iterator[str]:
    if check.message:
        yield printable(check.message)
    if check.where:
        yield one_line(f"{check.where.file}, line {check.where.line}")
        if check.where.source:
            yield f"    {one_line(check.where.source)}"
    if check.output:
        yield f"Your code printed:\n{printable(check.output)}"
    if check.builds_on and check.verdict is Verdict.SKIPPED:
        yield "It builds on a check that did not pass."
    if check.hint and check.verdict is not Verdict.PASSED:
        yield f"Hint: {one_line(check.hint)}"
