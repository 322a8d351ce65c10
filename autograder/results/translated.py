"""Put what a suite and its mistakes say in English into the language that a course has it in.

The judge knows checks and mistakes by the words of their authors; names stay as they are, so that
reports in any language can be compared and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from autograder.course.exercise import Suite
from autograder.course.translations import told_in
from autograder.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograder.course.exercise import Exercise
    from autograder.course.translations import Told
    from autograder.results.report import CheckReport, Report

__all__ = ["Planned", "translated"]


class Planned(Protocol):
    """What is known of a check before it runs."""

    @property
    def check(self) -> str:
        """Its name."""

    @property
    def hint(self) -> str | None:
        """Its own hint."""


def translated(report: Report, exercise: Exercise, planned: Iterable[Planned]) -> Report:
    """Return *report* with titles, hints and sentences in its language, where *exercise* has them.

    Args:
        report: What was judged; its messages are in that language already.
        exercise: What was to be built.
        planned: The checks of its suite, with the hints that they have by themselves.
    """
    folder = exercise.public if report.suite == Suite.PUBLIC else exercise.secret
    told = told_in(folder, report.language)
    hints = {check.check: check.hint for check in planned}
    titles = {v.title: title for v in report.verdicts if (title := _title(v, told))}
    replace = msgspec.structs.replace
    return replace(
        report,
        verdicts=tuple(
            replace(
                v,
                title=titles.get(v.title, v.title),
                message=_message(v, titles),
                hint=_hint(v, hints.get(v.check), told),
            )
            for v in report.verdicts
        ),
        diagnosis=tuple(
            replace(d, sentence=told.mistakes.get(d.mistake, d.sentence)) for d in report.diagnosis
        ),
    )


def _title(check: CheckReport, told: Told) -> str | None:
    title = told.titles.get(check.written_as)
    if title is None or check.written_as == check.check:
        return title
    return tr("On {device}: {title}", device=check.device.upper(), title=title)


def _message(check: CheckReport, titles: dict[str, str]) -> str | None:
    """Return what is said, with the titles of other checks that it quotes in the same language."""
    if check.message is None or not check.builds_on:
        return check.message
    quoted = next((title for title in titles if f"“{title}”" in check.message), None)
    return check.message.replace(f"“{quoted}”", f"“{titles[quoted]}”") if quoted else check.message


def _hint(check: CheckReport, own: str | None, told: Told) -> str | None:
    if check.hint is None or check.hint != own:
        return check.hint  # of one comparison, not of the check
    return told.hints.get(check.written_as, check.hint)
