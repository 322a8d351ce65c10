"""Find the submissions of a class: whose, for which exercise, where, and when handed in.

Folders of students with folders of exercises (nbgrader's `submitted` is one, also where an
assignment holds several), archives in the place of either, or a table (CSV). Nothing here stops at what is odd: it is left aside, with a
reason in one sentence.
"""

from __future__ import annotations

import csv
import functools
import os
import stat
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from autograder.errors import UserError, did_you_mean
from autograder.submission.archive import SUFFIXES, entries
from autograder.submission.released import exercises_of
from autograder.submission.ungradable import Ungradable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autograder.course.exercise import Exercise

__all__ = ["LeftAside", "Source", "find", "moment"]

_COLUMNS = {"student", "exercise", "path", "received_at"}
_TIMESTAMP = "timestamp.txt"
_LONGEST_TIME = 200
_IGNORED = {"__MACOSX", "__pycache__"}


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where one student's files for one exercise lie."""

    student: str
    exercise: str
    path: Path
    received_at: datetime | None = None
    """When they were handed in, where somebody says so."""


class LeftAside(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is no submission as far as one can tell."""

    path: str
    reason: str


def find(place: Path, exercises: Iterable[Exercise]) -> Iterator[Source | LeftAside]:
    """Yield every submission below *place*, and what could not be made out.

    Args:
        place: A folder of students, or of nbgrader's course; or a table with the columns
            student, exercise, path and, if known, received_at.
        exercises: Those that may be meant.

    Raises:
        UserError: If *place* cannot be read.
    """
    known = {exercise.id: exercise for exercise in exercises}
    found = _Search(known)
    rows = found.in_table(place) if place.suffix.lower() == ".csv" else found.in_class(place)
    seen: dict[tuple[str, str], Path] = {}
    is_table = place.suffix.lower() == ".csv"
    for one in rows:
        if isinstance(one, Source) and not is_table:
            first = seen.setdefault((one.student, one.exercise), one.path)
            if first != one.path:
                reason = f"{first.name!r} beside it is the same exercise's; one of them is enough."
                yield LeftAside(path=_spoken(str(one.path)), reason=reason)
                continue
        yield one


def moment(text: str) -> datetime:
    """Return the moment that *text* names, as ISO 8601 or as nbgrader writes it; UTC if no zone.

    Raises:
        ValueError: If it names none.
    """
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        day, _, zone = text.rpartition(" ")
        found = datetime.fromisoformat(day)
        try:
            found = found.replace(tzinfo=ZoneInfo(zone))
        except (KeyError, OSError) as error:  # an unknown zone is a KeyError
            raise ValueError(f"no time zone: {zone!r}") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


class _Search:
    """A search for submissions at the exercises *known*."""

    def __init__(self, known: dict[str, Exercise]) -> None:
        self._known = known
        self._exercises_of: Callable[[str], tuple[str, ...]] = lambda _: ()
        """Which exercises an assignment of nbgrader's holds."""

    def in_table(self, table: Path) -> Iterator[Source | LeftAside]:
        try:
            with table.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, skipinitialspace=True)
                columns = set(reader.fieldnames or ())
                if missing := sorted(_COLUMNS - {"received_at"} - columns):
                    raise UserError(f"{table} has no column {missing[0]!r}.")
                for row in reader:
                    yield self._row(table, reader.line_num, row)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise UserError(f"{table} cannot be read: {error}.") from error

    def _row(self, table: Path, line: int, row: dict[str, str | None]) -> Source | LeftAside:
        facts = {name: (row.get(name) or "").strip() for name in _COLUMNS}
        where = f"{table.name}, line {line}"
        absent = [name for name in ("student", "exercise", "path") if not facts[name]]
        if absent:
            return LeftAside(path=where, reason=f"It has no {absent[0]}.")
        if facts["exercise"] not in self._known:
            return LeftAside(path=where, reason=self._unknown(facts["exercise"]))
        try:
            received_at = moment(facts["received_at"]) if facts["received_at"] else None
        except ValueError:
            return LeftAside(path=where, reason=f"{facts['received_at']!r} is no time.")
        return Source(
            student=_spoken(facts["student"]),
            exercise=facts["exercise"],
            path=table.parent / facts["path"],
            received_at=received_at,
        )

    def in_class(self, place: Path) -> Iterator[Source | LeftAside]:
        inner = place / "submitted"
        if inner.is_dir() and not any((inner / name).is_dir() for name in self._known):
            place = inner  # nbgrader's course was named, not its folder of submissions
        self._exercises_of = functools.cache(
            functools.partial(exercises_of, place.absolute().parent)
        )
        try:
            students = _listed(place)
        except OSError as error:
            raise UserError(f"{str(place)!r} cannot be read: {error.strerror}.") from error
        for entry in students:
            if entry.is_symlink():
                yield _aside(entry, "It is a symbolic link; put the folder itself there.")
            elif entry.is_dir():
                yield from self._in_folder(entry)
            elif entry.name.lower().endswith(SUFFIXES):
                yield from self._in_archive(entry)
            else:
                yield _aside(entry, "It is no student's folder or archive.")

    def _in_folder(self, student: os.DirEntry[str]) -> Iterator[Source | LeftAside]:
        try:
            inside = _listed(Path(student.path))
        except OSError as error:
            yield _aside(student, f"It cannot be read: {error.strerror}.")
            return
        if not inside:
            yield _aside(student, "It is empty.")
        for entry in inside:
            if entry.is_symlink():
                yield _aside(entry, "It is a symbolic link; put the folder itself there.")
                continue
            is_folder = entry.is_dir()
            name = entry.name if is_folder else self._named(entry.name)
            meant = [name]
            if is_folder and name not in self._known:
                meant = [*self._exercises_of(name)] or meant
            try:
                received_at = _time_in(Path(entry.path)) if is_folder else None
            except ValueError as error:
                yield _aside(entry, f"Its {_TIMESTAMP} says no time ({error}); taken as unknown.")
                received_at = None
            for exercise in meant:
                if exercise not in self._known:
                    yield _aside(entry, self._unknown(exercise))
                    continue
                yield Source(
                    student=_spoken(student.name),
                    exercise=exercise,
                    path=Path(entry.path),
                    received_at=received_at,
                )

    def _in_archive(self, archive: os.DirEntry[str]) -> Iterator[Source | LeftAside]:
        try:
            names = entries(Path(archive.path))
        except Ungradable as error:
            yield _aside(archive, error.problem.sentence)
            return
        except UserError as error:
            yield _aside(archive, str(error))
            return
        meant = self._meant(names)
        if not meant:
            tops = sorted({parts[0] for parts in names})
            yield _aside(archive, self._unknown(tops[0]) if tops else "It has no files.")
        for exercise in meant:
            yield Source(
                student=_spoken(_stem(archive.name)), exercise=exercise, path=Path(archive.path)
            )

    def _meant(self, names: Iterable[tuple[str, ...]]) -> list[str]:
        """Return the exercises that an archive has a folder or a file of, at the top or below."""
        every = tuple(names)
        for depth in (0, 1):
            heads = {parts[depth] for parts in every if len(parts) > depth}
            found = [e.id for e in self._known.values() if heads & {e.id, e.files[0]}]
            if found or len({parts[0] for parts in every}) != 1:
                return found
        return []

    def _named(self, file: str) -> str:
        """Return the exercise that the lone *file* is of, as its name says."""
        if file.lower().endswith(SUFFIXES):
            return _stem(file)
        by_file = {e.files[0]: e.id for e in self._known.values() if len(e.files) == 1}
        return by_file.get(file, file)

    def _unknown(self, name: str) -> str:
        known = self._known
        return f"No exercise named {name!r}.{did_you_mean(name, known)}"


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        visible = (e for e in found if not e.name.startswith(".") and e.name not in _IGNORED)
        return sorted(visible, key=lambda entry: entry.name)


def _stem(name: str) -> str:
    """Return *name* without what makes it an archive's."""
    suffix = max((s for s in SUFFIXES if name.lower().endswith(s)), key=len)
    return name[: -len(suffix)]


def _time_in(folder: Path) -> datetime | None:
    """Return when *folder* was handed in, as its file says; None where it has none."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(folder / _TIMESTAMP, flags)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        text = file.read(_LONGEST_TIME).decode(errors="replace")
    return moment(text)


def _aside(entry: os.DirEntry[str], reason: str) -> LeftAside:
    return LeftAside(path=_spoken(entry.path), reason=reason)


def _spoken(name: str) -> str:
    """Return *name* as text that can be kept and printed, whatever bytes the system gave."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", text).replace("\0", "\ufffd")
