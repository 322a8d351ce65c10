"""A report as pieces of HTML and pictures, to stand in notebooks, formgrader and nbgrader's feedback.

Every value is escaped by the template and made printable first, so that hostile text stays text.
nbgrader's sanitizer keeps few elements and no styles, so `div`, `pre`, `b` and classes must do; where
nothing is sanitized (a student's own notebook), styles are added. It turns every SVG and every image
inside HTML into text, so a picture is an output of its own, between what stands above and below it.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from autograder.course.exercise import Suite
from autograder.course.rules import Tells
from autograder.language import marked, speaking, tr, trn
from autograder.results.badge import badge
from autograder.results.layout import part_name, points
from autograder.results.picture import DRAWN
from autograder.results.pictures import draw, draw_speed
from autograder.results.printable import one_line, printable
from autograder.results.story import hints_in_words, passed_of
from autograder.results.told import sentence_of
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jinja2 import Template

    from autograder.results.drawing import Drawing
    from autograder.results.report import CheckReport, Report, Where

__all__ = ["MARKER", "fragments"]

MARKER = "torchgrade"
"""Class of the outermost element, by which feedback is found again."""

_TEMPLATE = """\
{%- macro open(kind) -%}
class="{{ classes[kind] }}"{% if styled %} style="{{ styles[kind] }}"{% endif %}
{%- endmacro -%}
{% if caption %}<div {{ open("caption") }}>{{ caption }}</div>
{% endif -%}
{% if title or blocks -%}
<div {{ open("whole") }}>
{%- if title %}
<div {{ open("head") }}><b>{{ title }}</b> &#160; {{ score }}</div>{% endif %}
{%- if rows %}<pre {{ open("rows") }}>{{ rows }}</pre>{% endif -%}
{%- for block in blocks %}
<div {{ open(block.kind) }}>
{%- for line in block.lines %}<div>{{ line }}</div>{% endfor %}
{%- if block.code %}<pre {{ open("code") }}>{{ block.code }}</pre>{% endif %}
{%- for hint in block.hints %}<div {{ open("hint") }}>{{ hint }}</div>{% endfor -%}
</div>
{%- endfor %}
</div>
{% endif %}"""
_CLASSES = {
    "whole": MARKER,
    "head": "torchgrade-head",
    "rows": "torchgrade-rows",
    "known": "alert alert-warning",
    "wrong": "torchgrade-wrong",
    "plain": "text-muted",
    "good": "text-success",
    "code": "torchgrade-code",
    "hint": "text-info",
    "trouble": "alert alert-danger",
    "caption": "torchgrade-caption text-muted",
}
_STYLES = {
    "whole": "max-width: 60em; line-height: 1.45",
    "head": "font-size: 115%; margin: 4px 0",
    "rows": "margin: 4px 0; padding: 0",
    "known": "border-left: 4px solid #d9a400; padding: 4px 10px; margin: 8px 0; font-weight: bold",
    "wrong": "border-left: 4px solid #c0392b; padding: 2px 10px; margin: 8px 0",
    "plain": "opacity: 0.75; margin: 6px 0",
    "good": "border-left: 4px solid #27855a; padding: 2px 10px; margin: 6px 0",
    "code": "padding: 4px 8px; margin: 4px 0; white-space: pre-wrap",
    "hint": "opacity: 0.85; font-style: italic",
    "trouble": "border-left: 4px solid #8e44ad; padding: 4px 10px; margin: 8px 0",
    "caption": "max-width: 60em; opacity: 0.75; margin: 0 0 8px",
}
_WRONG = {
    Verdict.FAILED: "{title}",
    Verdict.TIMED_OUT: marked("{title} (did not come back in time)"),
    Verdict.FORBIDDEN: marked("{title} (not allowed here)"),
}
_IN_FULL = 5  # causes that are shown with all they say; the rest is counted


class _Block:
    """A paragraph: a kind, lines of text, and perhaps what the code said, hints, and a drawing.

    What is told of a drawing stands below it, unless the lines say it already.
    """

    def __init__(
        self,
        kind: str,
        *lines: str,
        code: str = "",
        hints: tuple[str, ...] = (),
        drawing: Drawing | None = None,
        caption: str = "",
    ) -> None:
        self.kind, self.lines, self.code, self.hints = kind, lines, code, hints
        self.drawing, self.caption = drawing, caption


def fragments(
    report: Report,
    title: str,
    *,
    part: str | None = None,
    styled: bool = True,
    closing: str = "",
    hints: dict[str, int] | None = None,
) -> list[str | Drawing]:
    """Return *report* as HTML and the pictures between, in the language in which it is written.

    Args:
        report: What to show.
        title: Title of the exercise.
        part: The only part to show.
        styled: Whether to write styles into the elements, where nothing is sanitized.
        closing: One sentence that comes last.
        hints: As in `Setting`.
    """
    with speaking(report.language):
        shown = [check for check in report.verdicts if part in (None, check.part)]
        blocks = [
            *(_judged(report, shown, part, hints) if report.gradable else _ungradable(report))
        ]
        if closing:
            blocks.append(_Block("plain", one_line(closing)))
        head = {
            "title": one_line(f"{title}: {part_name(part)}" if part else title),
            "score": _score(report, part),
            "rows": "" if part else _aligned(list(_rows(report))),
        }
        return [*_written(head, blocks, styled=styled)]


def _written(
    head: dict[str, str], blocks: list[_Block], *, styled: bool
) -> Iterator[str | Drawing]:
    """Yield the blocks as HTML, cut behind each that has a drawing, and the drawing there."""
    cuts = [k for k, block in enumerate(blocks, start=1) if block.drawing]
    for start, end in pairwise((0, *cuts, len(blocks))):
        above = blocks[start - 1] if start else _Block("plain")
        if above.drawing:
            yield above.drawing
        written = _template().render(
            **({} if start else head),
            caption=above.caption,
            blocks=blocks[start:end],
            styled=styled,
            classes=_CLASSES,
            styles=_STYLES,
        )
        if written:
            yield written


@cache
def _template() -> Template:
    from jinja2 import Environment

    return Environment(autoescape=True).from_string(_TEMPLATE)


def _score(report: Report, part: str | None) -> str:
    if not report.gradable:
        return tr("not graded")
    if report.suite == Suite.PUBLIC:
        return _passed(check for check in report.verdicts if part in (None, check.part))
    shown = [score for score in report.parts if part in (None, score.part)]
    return _points(sum(s.earned for s in shown), sum(s.possible for s in shown))


def _points(earned: float, possible: float) -> str:
    return tr("{earned} of {possible} points", earned=points(earned), possible=points(possible))


def _passed(checks: Iterable[CheckReport]) -> str:
    passed, here = passed_of(checks)
    return trn("{done} of {n} check", "{done} of {n} checks", here, done=passed)


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    for part in report.parts:
        checks = _passed([check for check in report.verdicts if check.part == part.part])
        if report.told is Tells.SCORE:
            checks = ""
        if report.suite == Suite.PUBLIC:
            yield part_name(part.part), checks  # points of a public suite count for nothing
        else:
            yield part_name(part.part), _points(part.earned, part.possible), checks


def _aligned(rows: list[tuple[str, ...]]) -> str:
    """Return *rows* in columns: a sanitizer that adds a `tbody` and escapes it spoils tables."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _ungradable(report: Report) -> Iterator[_Block]:
    if problem := report.problem:
        where = _where(problem.where) if problem.where else ""
        yield _Block("wrong", one_line(problem.sentence), code=where)


def _judged(
    report: Report, shown: Sequence[CheckReport], part: str | None, hints: dict[str, int] | None
) -> Iterator[_Block]:
    if left_out := sentence_of(report):
        yield _Block("plain", left_out)
    names = {check.check for check in shown}
    for known in report.diagnosis:
        if part is None or names.intersection(known.checks):
            said = one_line(known.sentence, columns=1000)
            known_as = tr("Your code behaves like this known mistake:")
            yield _Block("known", f"{known_as} {said}")
    for check in shown:
        if check.speed:
            yield _Block("plain", badge(check.speed), drawing=draw_speed(check.speed))
    yield from _wrong([check for check in shown if check.verdict in _WRONG], hints)
    unwritten = [check for check in shown if check.verdict is Verdict.NOT_IMPLEMENTED]
    pieces = dict.fromkeys(one_line(c.message or c.title) for c in unwritten if not c.builds_on)
    if pieces:
        yield _Block("plain", tr("Still to write:"), *pieces)
    errored = [check for check in shown if check.verdict is Verdict.ERRORED]
    if errored:
        said = trn(
            "The grader had trouble of its own with {n} check: our fault, not yours. "
            "It is to be graded again.",
            "The grader had trouble of its own with {n} checks: our fault, not yours. "
            "It is to be graded again.",
            len(errored),
        )
        yield _Block("trouble", said)
    waiting = sum(check.could_run and check.verdict is Verdict.SKIPPED for check in shown)
    if waiting:
        said = trn(
            "{n} more check could not be judged yet.",
            "{n} more checks could not be judged yet.",
            waiting,
        )
        yield _Block("plain", said)
    passed = sum(check.verdict is Verdict.PASSED for check in shown)
    if passed:
        yield _Block("good", trn("✓ {n} check passed.", "✓ {n} checks passed.", passed))


def _wrong(wrong: Sequence[CheckReport], hints: dict[str, int] | None) -> Iterator[_Block]:
    alike: dict[tuple[Verdict, str | None], list[CheckReport]] = {}
    for check in wrong:
        alike.setdefault((check.verdict, check.message), []).append(check)
    ends = list(alike.values())
    drawn = 0
    for first, *others in ends[:_IN_FULL]:
        said = [printable(first.message)] if first.message else []
        said += [_where(first.where)] if first.where else []
        if first.output:
            printed = tr("Your code printed:")
            said.append(f"{printed}\n{printable(first.output)}")
        told = tr(_WRONG[first.verdict], title=one_line(first.title))
        title, more = f"✗ {told}", []
        if others:
            more.append(
                trn(
                    "{n} more check ended in the same way.",
                    "{n} more checks ended in the same way.",
                    len(others),
                )
            )
        helps = tuple(hints_in_words(first, hints, is_first=first is wrong[0]))
        drawing = None
        if first.picture and drawn < DRAWN:
            drawing, drawn = draw(first.picture, told), drawn + 1
        yield _Block(
            "wrong",
            title,
            *more,
            code="\n".join(said),
            hints=helps,
            drawing=drawing,
            caption=drawing.caption if drawing else "",
        )
    if left := sum(map(len, ends[_IN_FULL:])):
        yield _Block(
            "plain", trn("And {n} more check failed.", "And {n} more checks failed.", left)
        )


def _where(where: Where) -> str:
    line = tr("{file}, line {line}", file=one_line(where.file), line=where.line)
    return f"{line}: {one_line(where.source)}" if where.source else line
