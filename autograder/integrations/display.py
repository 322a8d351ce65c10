"""Feedback as a notebook shows it: rich where HTML is rendered, plain text everywhere else."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from autograder.integrations.fragment import fragment
from autograder.integrations.samples import drawn_samples

if TYPE_CHECKING:
    from autograder.course.exercise import Exercise
    from autograder.results.report import Report

__all__ = ["Feedback"]

_COLUMNS = 88


class Feedback:
    """What a cell shows of *report*; `part` limits it to one part, `closing` ends it.

    `hints` says how many hints of each check it shows, as in `Setting`.
    """

    def __init__(
        self,
        report: Report,
        exercise: Exercise,
        *,
        part: str | None = None,
        closing: str = "",
        hints: dict[str, int] | None = None,
    ) -> None:
        self.report = report
        self.exercise = exercise
        self.part = part
        self.closing = closing
        self.hints = hints

    def _repr_html_(self) -> str:
        shown = fragment(
            self.report,
            self.exercise.title,
            part=self.part,
            styled=True,
            closing=self.closing,
            hints=self.hints,
        )
        if (drawn := drawn_samples(self.report, self.part)) is None:
            return shown
        source = f"data:image/png;base64,{base64.b64encode(drawn).decode()}"
        return f'{shown}<img alt="every sample of the speed checks" src="{source}">'

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        from rich.console import Console

        from autograder.results.feedback import Setting, to_terminal

        written = io.StringIO()
        console = Console(file=written, width=_COLUMNS, color_system=None, force_jupyter=False)
        setting = Setting(title=self.exercise.title, next_step=self.closing, hints=self.hints)
        to_terminal(self.report, console, setting)
        return written.getvalue().rstrip("\n")
