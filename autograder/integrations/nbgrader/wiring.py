"""Wire the plug-in into a course of nbgrader's: a few lines in `nbgrader_config.py`.

What to set is in `configure`, which the configuration calls; so a newer version of ours needs no
change there. A configuration that cannot be read as Python is never touched.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import msgspec

from autograder.errors import UserError

__all__ = ["Change", "configure", "planned_change", "write_change"]

_OPEN = "# >>> torchgrade: written by 'grade nbgrader init'"
_CLOSE = "# <<< torchgrade"
_BLOCK = re.compile(rf"^{re.escape(_OPEN)}$.*?^{re.escape(_CLOSE)}$\n?", re.DOTALL | re.MULTILINE)
_HERE = "autograder.integrations.nbgrader"
_THEIRS = "nbgrader.preprocessors"
_OURS = {
    "c.GenerateAssignment.preprocessors",
    "c.Autograde.sanitize_preprocessors",
    "c.Autograde.autograde_preprocessors",
    "c.ExchangeFactory.collect",
    "c.HTMLExporter.sanitize_html",
}
"""What `configure` sets; somebody else's line for one of these is worth a question."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What `nbgrader_config.py` at *path* is to become."""

    path: Path
    before: str | None
    """None where there is no such file."""
    after: str
    replaced: tuple[str, ...] = ()
    """Settings of somebody else's that ours take the place of."""

    @property
    def needed(self) -> bool:
        """Whether anything is to be written."""
        return self.before != self.after

    def in_words(self) -> str:
        """Return what was done."""
        if not self.needed:
            return f"{self.path} is as it should be."
        return f"{self.path} is wired in; 'nbgrader autograde' now grades with torchgrade."

    def question(self) -> str:
        """Return what to ask before a file that exists is changed."""
        others = f" Ours then stand for: {', '.join(self.replaced)}." if self.replaced else ""
        return f"Add torchgrade's lines to {self.path}?{others}"


def configure(c: Any, *, course: str = "", isolation: str = "", shelf: str = "") -> None:
    """Set what the plug-in needs; `c` is the configuration of nbgrader.

    Args:
        c: The object of that name in `nbgrader_config.py`.
        course: The folder of the torchgrade course, with `solutions/`.
        isolation: The cage for student code, if not the best that this machine has.
        shelf: `module.function` that gives reports of an earlier run, if not the ledger.
    """
    _let_alembic_be_found()
    steps = f"{_HERE}.preprocessors"
    c.GenerateAssignment.preprocessors = [
        f"{_THEIRS}.IncludeHeaderFooter",
        f"{_THEIRS}.InstantiateTests",
        f"{_THEIRS}.LockCells",
        f"{steps}.KeepNotes",
        f"{_THEIRS}.ClearOutput",
        f"{_THEIRS}.CheckCellMetadata",
        f"{_THEIRS}.ComputeChecksums",
        f"{_THEIRS}.SaveCells",
        f"{_THEIRS}.ClearHiddenTests",
        f"{_THEIRS}.ClearMarkScheme",
        f"{_THEIRS}.ComputeChecksums",
        f"{_THEIRS}.CheckCellMetadata",
    ]
    c.Autograde.sanitize_preprocessors = [
        f"{steps}.RebuildNotebook",
        f"{_THEIRS}.ClearOutput",
        f"{_THEIRS}.DeduplicateIds",
        f"{_THEIRS}.OverwriteKernelspec",
        f"{_THEIRS}.OverwriteCells",
        f"{_THEIRS}.CheckCellMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        f"{steps}.GradeSubmission",
        f"{_THEIRS}.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        f"{_THEIRS}.LimitOutput",
        f"{steps}.SaveScores",
        f"{_THEIRS}.AssignLatePenalties",
        f"{steps}.ShowSources",
        f"{_THEIRS}.CheckCellMetadata",
    ]
    if "pre_convert_hook" not in c.Autograde and "pre_convert_hook" not in c.BaseConverter:
        c.Autograde.pre_convert_hook = f"{_HERE}.mending.before_autograde"
    c.ExchangeFactory.collect = f"{_HERE}.collect.SafeCollect"
    c.HTMLExporter.sanitize_html = True
    c.GradeSubmission.course = course
    c.GradeSubmission.isolation = isolation
    c.GradeSubmission.shelf = shelf


def _let_alembic_be_found() -> None:
    """Help nbgrader, which starts `alembic` by its name, where this Python's folder is on no PATH."""
    beside = Path(sys.executable).parent
    if shutil.which("alembic") is None and (beside / "alembic").exists():
        os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{beside}"


def planned_change(folder: Path, course: Path) -> Change:
    """Return what is to become of the configuration in *folder*; nothing is written.

    Args:
        folder: The course of nbgrader's.
        course: The torchgrade course by which it is graded.

    Raises:
        UserError: If there is a configuration that cannot be read; it says what to add by hand.
    """
    path = folder / "nbgrader_config.py"
    block = _block(course)
    try:
        before = path.read_text(encoding="utf-8") if os.path.lexists(path) else None
        others = tuple(sorted(_settings(_BLOCK.sub("", before or "")) & _OURS))
    except (OSError, ValueError, SyntaxError) as error:
        raise UserError(
            f"{path} cannot be read as Python ({error}), so it stays as it is. "
            f"Once it can be read, add these lines at its end:\n\n{block}"
        ) from error
    if before is None:
        after = _new(folder) + block
    elif _BLOCK.search(before):
        after = _BLOCK.sub(lambda _: block, before, count=1)
    else:
        after = f"{before.rstrip()}\n\n{block}" if before.strip() else block
    return Change(path=path, before=before, after=after, replaced=others)


def write_change(change: Change) -> None:
    """Write the configuration, whole or not at all.

    Raises:
        UserError: If it cannot be written.
    """
    unfinished = change.path.with_name(f".{change.path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_text(change.after, encoding="utf-8")
        if change.before is not None:
            unfinished.chmod(change.path.stat().st_mode)
        unfinished.replace(change.path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UserError(f"Cannot write {str(change.path)!r}: {error.strerror}.") from error


def _block(course: Path) -> str:
    # Where the import fails, nbgrader would drop the whole file and grade without us.
    lines = [
        _OPEN,
        "try:",
        f"    from {_HERE}.wiring import configure",
        "except ImportError:  # then autograding fails, and gives no zeros",
        f'    c.Autograde.autograde_preprocessors = ["{_HERE}.preprocessors.GradeSubmission"]',
        "else:",
        f"    configure(c, course={str(course)!r})",
        _CLOSE,
    ]
    return "".join(f"{line}\n" for line in lines)


def _new(folder: Path) -> str:
    lines = [
        "c = get_config()",
        "",
        f"c.CourseDirectory.course_id = {folder.resolve().name!r}",
        f"c.CourseDirectory.root = {str(folder.resolve())!r}",
        "",
    ]
    return "".join(f"{line}\n" for line in lines)


def _settings(text: str) -> set[str]:
    """Return the dotted names that *text* assigns to."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else []
        found |= {ast.unparse(target) for target in targets}
    return found
