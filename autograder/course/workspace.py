"""The student's folder: where exercises are started, and where work is found again.

A workspace is a folder that holds `.torchgrade/`, which keeps reports, which hints were asked for,
and how often each check failed. A student's file is never overwritten and never deleted here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from autograder.course.hints import HELP, Hint, hints_of
from autograder.course.translations import is_translation, lesson_of
from autograder.errors import WorkspaceError
from autograder.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autograder.course.exercise import Exercise

__all__ = ["HandIn", "Started", "Workspace", "handing_in"]

_STATE_FOLDER = ".torchgrade"
_TAKEN = (".py", ".zip", ".tar", ".tar.gz", ".tgz")
_LEFT_BEHIND = {_STATE_FOLDER, "__pycache__", ".pytest_cache", ".ipynb_checkpoints"}


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """What `start` did: the files it put into *folder*, and those that were there before."""

    folder: Path
    created: tuple[str, ...]
    kept: tuple[str, ...]
    lesson: str = "README.md"
    """What to read first."""

    def in_words(self) -> str:
        """Return what was done, and what the student does next."""
        name = self.folder.name
        if not self.created:
            return tr("You have {name!r} already; every file stayed as it is.", name=name)
        lines = [f"{self.folder}: {', '.join(self.created)}."]
        if self.kept:
            lines.append(tr("Kept as they were: {files}.", files=", ".join(self.kept)))
        ahead = tr(
            "Read {lesson}, write {name}.py, and run 'grade check {name} --watch' beside it.",
            lesson=self.lesson,
            name=name,
        )
        return "\n".join([*lines, ahead])


class HandIn(msgspec.Struct, frozen=True, kw_only=True):
    """One file that is about to be handed in."""

    name: str
    bytes: int
    digest: str


class _Tally(msgspec.Struct, kw_only=True):
    """What is counted about one check."""

    asked: int = 0
    """How many of its hints were asked for, beyond the first."""
    failed: int = 0
    """How many attempts failed it."""
    digest: str = ""
    """The files of the last of them: judged again, they are no new attempt."""


class _State(msgspec.Struct, kw_only=True):
    """`.torchgrade/state.json`."""

    version: int = 1
    hints: dict[str, int] = msgspec.field(default_factory=dict)
    """How many hints of the lesson were shown, by exercise."""
    checks: dict[str, dict[str, _Tally]] = msgspec.field(default_factory=dict)
    """By exercise and check."""

    def tally(self, exercise: str, check: str) -> _Tally:
        """Return the tally of *check*, to be changed."""
        return self.checks.setdefault(exercise, {}).setdefault(check, _Tally())


class Workspace:
    """The folder *root*, with one folder for every exercise that was started."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.records = root / _STATE_FOLDER

    @classmethod
    def find(cls, start: Path | None = None) -> Self:
        """Return the nearest workspace at or above *start*, else *start* as a new one.

        Args:
            start: Where to look first; by default the current folder.
        """
        here = (start or Path.cwd()).resolve()
        found = (f for f in (here, *here.parents) if (f / _STATE_FOLDER).is_dir())
        return cls(next(found, here))

    def folder(self, exercise: Exercise) -> Path:
        """Return where the student's copy of *exercise* lies, or would lie."""
        return self.root / exercise.id

    def has(self, exercise: Exercise) -> bool:
        """Return whether *exercise* was started here."""
        return self.folder(exercise).is_dir()

    def start(self, exercise: Exercise) -> Started:
        """Copy the public folder of *exercise* here; a file that exists stays as it is.

        Raises:
            WorkspaceError: If the folder cannot be written.
        """
        created, kept = [], []
        for source in _files(exercise.public):
            name = source.relative_to(exercise.public)
            is_other = is_translation(name.as_posix()) and source != lesson_of(exercise)
            if is_other or name.as_posix() == HELP:
                continue  # a student reads one language, and no hints beforehand
            target = self.folder(exercise) / name
            if os.path.lexists(target):
                kept.append(name.as_posix())
            else:
                self.write(target, source.read_bytes())
                created.append(name.as_posix())
        self._make(self.records)
        return Started(
            folder=self.folder(exercise),
            created=tuple(created),
            kept=tuple(kept),
            lesson=lesson_of(exercise).name,
        )

    def reset(self, exercise: Exercise) -> tuple[Path, ...]:
        """Put the stub back, and return where the student's own files were moved to.

        Raises:
            WorkspaceError: If *exercise* was not started, or the folder cannot be written.
        """
        if not self.has(exercise):
            raise _not_started(exercise)
        moved = []
        for name in exercise.files:
            path, stub = self.folder(exercise) / name, (exercise.public / name).read_bytes()
            if path.is_file() and path.read_bytes() == stub:
                continue
            if os.path.lexists(path):
                moved.append(self.keep_aside(path))
            self.write(path, stub)
        return tuple(moved)

    def keep_aside(self, path: Path) -> Path:
        """Copy *path* to a free name beside it, before something takes its place.

        Raises:
            WorkspaceError: If the copy cannot be written.
        """
        aside = _first_free(path)
        # The copy comes first: an interruption leaves the file twice, never not at all.
        self._copy(path, aside)
        return aside

    def source(self, exercise: Exercise, named: Path | None = None) -> Path:
        """Return the folder whose files are to be judged, or the file or archive that was named.

        Args:
            exercise: What is handed in.
            named: What the student named: a folder, a .py file or an archive; otherwise the
                folder of *exercise* in this workspace, else the current folder where it holds
                the file.

        Raises:
            WorkspaceError: If there is nothing to hand in; the sentence says what to do.
        """
        name, here = exercise.files[0], Path.cwd()
        if named and not named.is_dir() and os.path.lexists(named):
            return _file(named)
        if named is None and not self.has(exercise) and not (here / name).is_file():
            raise _not_started(exercise)
        folder = named or (self.folder(exercise) if self.has(exercise) else here)
        if not folder.is_dir():
            raise WorkspaceError(tr("There is no folder {folder!r}.", folder=str(folder)))
        return folder

    def enclosing(self, exercises: Iterable[Exercise], here: Path | None = None) -> Exercise | None:
        """Return the exercise whose folder, or whose file's folder, *here* is in."""
        place = (here or Path.cwd()).resolve()
        inside = {place, *place.parents}
        holds = (e for e in exercises if self.folder(e) in inside or (place / e.files[0]).is_file())
        return next(holds, None)

    def next_hint(self, exercise: Exercise) -> Hint:
        """Return the first hint that was not shown yet, else the last; count it as shown.

        Raises:
            WorkspaceError: If the exercise has no hints.
        """
        hints = hints_of(exercise)
        if not hints:
            raise WorkspaceError(tr("The exercise {id!r} has no hints.", id=exercise.id))
        state = self._state()
        hint = hints[min(state.hints.get(exercise.id, 0), len(hints) - 1)]
        state.hints[exercise.id] = hint.number
        self._keep(state)
        return hint

    def asked(self, exercise: str) -> dict[str, int]:
        """Return how many hints of each check were asked for, beyond the first."""
        return {name: tally.asked for name, tally in self._state().checks.get(exercise, {}).items()}

    def ask(self, exercise: str, check: str) -> None:
        """Note that one more hint of *check* was asked for."""
        state = self._state()
        state.tally(exercise, check).asked += 1
        self._keep(state)

    def attempts(self, exercise: str, digest: str, failed: Iterable[str]) -> dict[str, int]:
        """Count an attempt, files with *digest*, at the checks that it *failed*.

        Returns:
            How many attempts have failed each of them, this one included.
        """
        state = self._state()
        tallies = {name: state.tally(exercise, name) for name in failed}
        for tally in tallies.values():
            if tally.digest != digest:
                tally.failed, tally.digest = tally.failed + 1, digest
        self._keep(state)
        return {name: tally.failed for name, tally in tallies.items()}

    def write(self, path: Path, content: bytes) -> None:
        """Write *path* whole or not at all.

        Raises:
            WorkspaceError: If it cannot be written.
        """
        self._make(path.parent)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(path)
        except OSError as error:
            raise _cannot_write(path, error) from error
        finally:
            _discard(unfinished)

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(folder, error) from error

    def _copy(self, path: Path, aside: Path) -> None:
        try:
            shutil.copy2(path, aside, follow_symlinks=False)
        except OSError as error:
            raise _cannot_write(aside, error) from error

    def _state(self) -> _State:
        try:
            return msgspec.json.decode((self.records / "state.json").read_bytes(), type=_State)
        except (OSError, msgspec.MsgspecError):
            return _State()  # it only counts hints; at worst one is shown again

    def _keep(self, state: _State) -> None:
        with contextlib.suppress(WorkspaceError):  # where nothing can be kept, a hint is still one
            self.write(self.records / "state.json", msgspec.json.encode(state))


def handing_in(exercise: Exercise, source: Path) -> tuple[HandIn, ...]:
    """Return the files of *exercise* in the folder *source*, with size and digest, or itself."""
    files = [source / name for name in exercise.files] if source.is_dir() else [source]
    return tuple(h for path in files if path.is_file() and (h := _measure(path)))


def _measure(path: Path) -> HandIn | None:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None  # intake says why it cannot be read
    return HandIn(name=path.name, bytes=path.stat().st_size, digest=f"sha256:{digest}")


def _file(named: Path) -> Path:
    """Return the file *named* if its name is one that work is handed in under."""
    if not named.name.lower().endswith(_TAKEN):
        sentence = tr(
            "{name!r} is neither a folder nor a {kinds} or {last} file.",
            name=str(named),
            kinds=", ".join(_TAKEN[:-1]),
            last=_TAKEN[-1],
        )
        raise WorkspaceError(sentence)
    return named


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _LEFT_BEHIND.intersection(path.relative_to(folder).parts):
            yield path


def _first_free(path: Path) -> Path:
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.kept-{number}")):
        number += 1
    return aside


def _discard(unfinished: Path) -> None:
    """Remove what a failed write left; where even that fails, the failure itself is what counts."""
    try:
        unfinished.unlink(missing_ok=True)
    except OSError:
        return


def _cannot_write(path: Path, error: OSError) -> WorkspaceError:
    reason = error.strerror or error
    return WorkspaceError(tr("Cannot write {path!r}: {reason}.", path=str(path), reason=reason))


def _not_started(exercise: Exercise) -> WorkspaceError:
    return WorkspaceError(
        tr("You have no {id!r} here; begin with 'grade start {id}'.", id=exercise.id)
    )
