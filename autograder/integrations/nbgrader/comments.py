"""The comment under a student's work in formgrader and in feedback: Markdown, in our own words.

nbgrader renders comments without sanitizing them. So nothing that student code said stands here,
only sentences of the course and numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.course.rules import Tells
from autograder.language import marked, speaking, tr, trn
from autograder.results.layout import part_name, points
from autograder.results.story import passed_of
from autograder.results.told import sentence_of
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.results.report import Report

__all__ = ["comment_on"]

_KINDS = {
    "missing": marked("The file is missing."),
    "syntax": marked("The file does not parse as Python."),
    "link": marked("The file is a link, and links are not followed."),
    "empty": marked("The file is empty."),
    "too_big": marked("The file is too large."),
    "name": marked("The file does not define what the exercise asks for."),
}
_UNREADABLE = marked("The file cannot be read.")


def comment_on(report: Report) -> str:
    """Return a table of the parts, the known mistake, and the first thing to put right."""
    with speaking(report.language):
        return "\n".join(_paragraphs(report)).strip()


def _paragraphs(report: Report) -> Iterator[str]:
    if not report.gradable:
        kind = report.problem.kind if report.problem else ""
        said = tr("Not graded.")
        yield f"**{said}** {tr(_KINDS.get(kind, _UNREADABLE))}"
        yield "\n" + tr("It counts 0 until somebody has looked at it.")
        return
    yield from _table(report)
    if left_out := sentence_of(report):
        yield f"\n{left_out}"
    for known in report.diagnosis:
        said = tr("It behaves like this known mistake:")
        yield f"\n**{said}** {_plain(known.sentence)}"
    first = next((check for check in report.verdicts if check.verdict.is_wrong), None)
    if first and not report.diagnosis:
        said = tr("First to put right:")
        yield f"\n{said} {_plain(first.title)}"
    errored = sum(check.verdict is Verdict.ERRORED for check in report.verdicts)
    if errored:
        said = trn(
            "**The grader had trouble with {n} check;** grade it again.",
            "**The grader had trouble with {n} checks;** grade it again.",
            errored,
        )
        yield f"\n{said}"


def _table(report: Report) -> Iterator[str]:
    heads = [tr("part"), tr("points"), tr("checks")]
    rows = []
    for part in report.parts:
        passed, of = passed_of(check for check in report.verdicts if check.part == part.part)
        score = _so_many(points(part.earned), points(part.possible))
        rows.append([part_name(part.part), score, _so_many(passed, of)])
    columns = 2 if report.told is Tells.SCORE else 3
    for row in (heads, ["---"] * 3, *rows):
        yield f"| {' | '.join(row[:columns])} |"


def _so_many(done: object, of: object) -> str:
    return tr("{done} of {of}", done=done, of=of)


def _plain(sentence: str) -> str:
    """Return a sentence of the course's with nothing in it that Markdown takes for an element."""
    return sentence.replace("<", "&lt;").replace("|", "\\|")
