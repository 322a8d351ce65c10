"""Keep each report of a class as files: JSON, and the words that a student reads.

They lie in `<folder>/<student>/<exercise>/<attempt>.json` and `.txt`. A file is there as a whole
or not at all, and holds nothing that only staff may see.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from autograder.errors import UserError
from autograder.language import speaking
from autograder.results.feedback import Setting, to_terminal

if TYPE_CHECKING:
    from autograder.results.report import Report

__all__ = ["FeedbackFiles", "file_name", "write_whole"]

_PLAIN = " ._-@+,()'"
_LONGEST = 120
_WIDTH = 88


class FeedbackFiles:
    """The feedback of a class, in files below *root*."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, student: str, exercise: str, attempt: int) -> Path:
        """Return where the JSON is; the text is beside it."""
        return self.root / file_name(student) / exercise / f"{attempt}.json"

    def keep(self, report: Report, attempt: int, title: str) -> None:
        """Write both files of *report*.

        Raises:
            UserError: If they cannot be written.
        """
        path = self.path(report.student or "", report.exercise, attempt)
        shown = Console(file=io.StringIO(), width=_WIDTH, no_color=True, force_terminal=False)
        with speaking(report.language):  # whatever thread this is
            to_terminal(report, shown, Setting(title=title))
        assert isinstance(shown.file, io.StringIO)
        try:
            write_whole(path.with_suffix(".txt"), shown.file.getvalue())
            write_whole(path, report.for_student().to_json() + "\n")
        except OSError as error:
            raise UserError(
                f"{str(path)!r} cannot be written: {error.strerror}. What is graded so far is "
                "in the ledger; call again when that is put right."
            ) from error


def file_name(name: str) -> str:
    """Return *name* as the name of one file on any system; different names stay different."""
    letters = [c if c.isalnum() or c in _PLAIN else _escaped(c) for c in name]
    for at in (0, -1):
        if letters and letters[at] in {".", " "}:
            letters[at] = _escaped(letters[at])
    text = "".join(letters) or "%"
    if len(text.encode()) <= _LONGEST:
        return text
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
    return text.encode()[: _LONGEST - 20].decode(errors="ignore") + f"%{digest}"


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode(errors="surrogatepass"))


def write_whole(path: Path, text: str) -> None:
    """Write *text* to *path*, as a whole or not at all.

    Raises:
        OSError: If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
