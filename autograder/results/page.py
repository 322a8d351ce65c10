"""Feedback as HTML: one page without scripts, or a piece of one for a notebook and for nbgrader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.language import marked, tr
from autograder.results.markup import rendered, shown, style, whole_page
from autograder.results.picture import DRAWN
from autograder.results.printable import one_line
from autograder.results.story import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograder.results.report import Report
    from autograder.results.story import Setting, Story

__all__ = ["to_fragment", "to_page"]

_OTHERS = 8  # as many findings as stand open on the page
_SUITES = {"public": marked("public"), "hidden": marked("hidden")}


def to_page(report: Report, setting: Setting) -> str:
    """Return *report* as a page that stands alone."""
    title = tr("{title}: feedback", title=one_line(setting.title))
    return whole_page(title, to_fragment(report, setting))


def to_fragment(report: Report, setting: Setting) -> str:
    """Return *report* as an `article` with its own style, to stand in somebody else's page."""
    story = tell(report, setting)
    return rendered(
        "feedback.html",
        css=style("feedback.css"),
        story=story,
        share=round(100 * story.done / story.of, 1) if story.of else 0,
        counts=any(row.earned for row in story.rows),
        counted=any(row.of for row in story.rows),
        others=_OTHERS,
        drawings=_drawings(story),
        speeds=_speeds(story),
        footer=_footer(report),
    )


def _drawings(story: Story) -> list[Mapping[str, str] | None]:
    """Return a drawing for each finding, or None; only the first few are drawn."""
    drawn: list[Mapping[str, str] | None] = [None] * len(story.findings)
    pictured = [(k, found) for k, found in enumerate(story.findings) if found.picture]
    for k, found in pictured[:DRAWN]:
        from autograder.results.pictures import draw  # matplotlib takes its time

        if found.picture:
            drawn[k] = shown(draw(found.picture, found.title))
    return drawn


def _speeds(story: Story) -> list[Mapping[str, str]]:
    """Return a drawing of the samples of each speed check."""
    if not story.speeds:
        return []
    from autograder.results.pictures import draw_speed

    return [shown(draw_speed(speed)) for speed in story.speeds]


def _footer(report: Report) -> str:
    environment = report.environment
    return one_line(
        tr(
            "{exercise}, {suite} checks, graded {at}; torch {torch}, Python {python}, "
            "torchgrade {engine}, isolation {level}.",
            exercise=report.exercise,
            suite=tr(_SUITES.get(report.suite, report.suite)),
            at=report.graded_at,
            torch=environment.torch,
            python=environment.python,
            engine=environment.engine,
            level=report.isolation.level,
        )
    )
