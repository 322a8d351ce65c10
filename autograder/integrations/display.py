"""Feedback as a notebook shows it: rich where HTML is rendered, plain text everywhere else."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from autograder.integrations.fragment import fragments
from autograder.results.drawing import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from autograder.course.exercise import Exercise
    from autograder.results.drawing import Drawing
    from autograder.results.report import Report

    Bundle: TypeAlias = tuple[dict[str, str], dict[str, dict[str, object]]]

__all__ = ["Feedback", "bundles"]

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

    def _ipython_display_(self) -> None:
        from IPython.display import display

        shown = fragments(
            self.report,
            self.exercise.title,
            part=self.part,
            closing=self.closing,
            hints=self.hints,
        )
        first, *others = bundles(shown)
        first[0]["text/plain"] = repr(self)
        for data, metadata in (first, *others):
            display(data, metadata=metadata, raw=True)

    def __repr__(self) -> str:
        from rich.console import Console

        from autograder.results.feedback import Setting, to_terminal

        written = io.StringIO()
        console = Console(file=written, width=_COLUMNS, color_system=None, force_jupyter=False)
        setting = Setting(title=self.exercise.title, next_step=self.closing, hints=self.hints)
        to_terminal(self.report, console, setting)
        return written.getvalue().rstrip("\n")


def bundles(pieces: Iterable[str | Drawing]) -> Iterator[Bundle]:
    """Yield data and metadata of the output that shows each of *pieces*.

    An image that is an output by itself is kept by every sanitizer, which inside HTML it is not.
    """
    for piece in pieces:
        if isinstance(piece, str):
            yield {"text/html": piece}, {}
        else:
            image = base64.b64encode(piece.to_png()).decode()
            yield {"image/png": image}, {"image/png": {"alt": piece.alt, "width": WIDTH}}
