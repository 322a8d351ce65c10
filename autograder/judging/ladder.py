"""Give every failed check its ladder: three hints, from vague to specific.

The first is the check's own, or that of the comparison that failed. Then come the hints of the
lesson that `hints.toml` names for it, and where the hidden half is here, known mistakes that fail
it and nothing that passed. They are said to everybody who fails so, and name nobody's mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autograder.course.exercise import Suite
from autograder.course.hints import helpful_hints, hints_of
from autograder.course.translations import told_in
from autograder.judging.mistakes import read_mistakes
from autograder.language import tr, trn
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.exercise import Exercise
    from autograder.judging.mistakes import Mistake
    from autograder.results.report import CheckReport, Report

__all__ = ["laddered"]

_HELPED = {Verdict.FAILED, Verdict.TIMED_OUT}
_MOST = 3
"""So many mistakes are told; more would be a wall."""


def laddered(report: Report, exercise: Exercise) -> Report:
    """Return *report*, of *exercise*, with all hints of the checks that failed."""
    if not any(v.verdict in _HELPED for v in report.verdicts):
        return report
    ladder = _Ladder(report, exercise)
    return msgspec.structs.replace(
        report,
        verdicts=tuple(
            msgspec.structs.replace(v, more_hints=tuple(ladder.above(v)))
            if v.verdict in _HELPED and v.hint
            else v
            for v in report.verdicts
        ),
    )


class _Ladder:
    """What is known about the failed checks of one report."""

    def __init__(self, report: Report, exercise: Exercise) -> None:
        self._helpful = helpful_hints(exercise, Suite(report.suite))
        self._lesson = {hint.number: hint for hint in hints_of(exercise)}
        self._passed = {v.check for v in report.verdicts if v.verdict is Verdict.PASSED}
        self._failed = {v.check for v in report.verdicts if v.verdict in _HELPED}
        self._mistakes: tuple[Mistake, ...] = ()
        if report.suite == Suite.HIDDEN:
            self._mistakes = read_mistakes(exercise.secret / "mistakes")
        self._told = told_in(exercise.secret, report.language).mistakes

    def above(self, check: CheckReport) -> Iterator[str]:
        """Yield the hints of *check* after its own."""
        name = check.written_as
        for number in self._helpful.get(name, ()):
            if hint := self._lesson.get(number):
                text = " ".join(hint.text.split())
                yield tr("The lesson's hint “{title}”: {text}", title=hint.title, text=text)
        if sentences := self._sentences(name):
            yield trn(
                "A known mistake that fails this check: {sentences}",
                "Known mistakes that fail this check; is one of them yours? {sentences}",
                len(sentences),
                sentences=" ".join(f"“{sentence}”" for sentence in sentences),
            )

    def _sentences(self, name: str) -> list[str]:
        """Return what is said of the mistakes that come into question, the likeliest first."""
        known = [m for m in self._mistakes if name in m.fails]
        fitting = [m for m in known if not m.fails & self._passed] or known
        fitting.sort(key=lambda m: (-len(m.fails & self._failed), len(m.fails)))
        return list(dict.fromkeys(self._told.get(m.name, m.says) for m in fitting))[:_MOST]
