"""The `grade` command inside a notebook: `%grade check optimizer`, `%%exercise optimizer`.

`%load_ext autograder` brings them. What they show is rich in JupyterLab and plain text elsewhere.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from autograder.course.exercise import Suite
from autograder.errors import UserError
from autograder.integrations.work import Work

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.course.exercise import Exercise
    from autograder.integrations.display import Feedback

__all__ = ["GradeMagics"]

_RICH = ("check", "submit", "feedback")


@magics_class
class GradeMagics(Magics):  # type: ignore[misc]  # traitlets' classes are not typed here
    """`%grade` and `%%exercise`."""

    def __init__(self, shell: Any = None) -> None:
        super().__init__(shell=shell)
        self._written: dict[Path, bytes] = {}

    @line_magic  # type: ignore[untyped-decorator]
    def grade(self, line: str) -> Feedback | None:
        """Run a `grade` command: `%grade check optimizer`, `%grade hint`, `%grade list`."""
        words = shlex.split(line)
        try:
            if len(words) in (1, 2) and words[0] in _RICH and not words[-1].startswith("-"):
                return self._rich(*words)
        except UserError as error:
            raise UsageError(str(error)) from error
        _run(words)
        return None

    @cell_magic  # type: ignore[untyped-decorator]
    def exercise(self, line: str, cell: str) -> None:
        """Write the cell to the file of an exercise: `%%exercise optimizer`."""
        words = shlex.split(line)
        if not words:
            raise UsageError("Name the exercise: %%exercise optimizer")
        try:
            path = self._write(words[0], words[1] if words[1:] else None, cell.encode())
        except UserError as error:
            raise UsageError(str(error)) from error
        print(f"Written to {path}. Next: %grade check {words[0]}")  # noqa: T201 - the cell's output

    def _rich(self, command: str, exercise_id: str | None = None) -> Feedback | None:
        work = Work()
        exercise = work.exercise(exercise_id)
        if command == "submit" and not exercise.has_hidden_suite:
            _run(["submit", exercise.id])  # it goes where work is collected, and says so
            return None
        if command == "feedback":
            report = work.history.last(exercise)
            if report is None or not exercise.has_hidden_suite:
                _run(["feedback", exercise.id])
                return None
        else:
            suite = Suite.PUBLIC if command == "check" else Suite.HIDDEN
            report = work.judge(exercise, suite)
        return work.feedback(report, exercise)

    def _write(self, exercise_id: str, name: str | None, content: bytes) -> Path:
        work = Work()
        exercise = work.catalog[exercise_id]
        name = name or exercise.files[0]
        if name not in exercise.files:
            raise UserError(f"{exercise.id!r} has no file {name!r}; it has {exercise.files}.")
        folder = _folder(work, exercise)
        path = folder / name
        if path.is_file():
            before = path.read_bytes()
            known = {content, self._written.get(path), (exercise.public / name).read_bytes()}
            if before not in known:
                kept = work.history.workspace.keep_aside(path)
                print(f"What was in {name} before is in {kept.name}.")  # noqa: T201 - likewise
        work.history.workspace.write(path, content)
        self._written[path] = content
        return path


def _folder(work: Work, exercise: Exercise) -> Path:
    """Return the folder of the student's work; where there is none, this folder becomes it."""
    from pathlib import Path

    try:
        source = work.history.workspace.source(exercise)
    except UserError:
        return Path.cwd()
    return source if source.is_dir() else source.parent


def _run(words: list[str]) -> None:
    """Run any other command as the terminal does, and show what it says."""
    command = [sys.executable, "-P", "-m", "cli", *words]  # -P: no cli.py of the student's
    environment = {**os.environ, "COLUMNS": "88"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    print(done.stdout + done.stderr, end="")  # noqa: T201 - the cell's output
