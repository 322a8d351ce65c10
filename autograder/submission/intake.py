"""Take a submission in: read its files once, safely, and say what is wrong with them.

What was read is what is hashed and judged. Nothing here runs or imports what was handed
in, and nothing is written. What is wrong is one sentence for the student, never a crash;
what can be repaired without a doubt is repaired.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from autograder.language import tr
from autograder.results.report import Problem, SubmittedFile, Where
from autograder.submission.archive import opened
from autograder.submission.folder import listed
from autograder.submission.syntax import require_names, tree_of
from autograder.submission.ungradable import Ungradable, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autograder.course.exercise import Exercise
    from autograder.submission.archive import Archive
    from autograder.submission.folder import Folder

__all__ = ["HandedIn", "Submission", "Ungradable", "collect", "take_in"]

# What torchgrade, nbgrader, Python or a Mac puts beside the student's files.
_EXPECTED = {"README.md", "exercise.toml", "public", "__pycache__", "timestamp.txt", "__MACOSX"}
_KEPT_ASIDE = re.compile(r".*\.kept-\d+")  # what `grade reset` leaves


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What lies under an exercise's names, as bytes, before anybody looks into it.

    It is all that grading needs, so it can be kept or sent and graded elsewhere, or again.
    """

    names: tuple[str, ...]
    """The exercise's files, whether they are there or not."""
    contents: dict[str, bytes]
    problems: dict[str, Problem] = {}
    """Why a file could not be read, by name."""
    aside: tuple[str, ...] = ()
    """What else was there, in one sentence."""

    @property
    def digest(self) -> str:
        """`sha256:` over the names and what lies under them; that of `Submission` and report."""
        return _digest(self.names, self.contents, self.problems)


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed in, as text that parses; untrusted all the same."""

    files: dict[str, str]
    """Name and text of exactly the exercise's files."""
    facts: tuple[SubmittedFile, ...]
    digest: str
    """`sha256:` over names and raw contents."""
    notices: tuple[str, ...] = ()
    """What was repaired or left aside, one sentence each."""


def collect(source: Path, exercise: Exercise) -> HandedIn:
    """Read the files of *exercise* from *source*, and look into none of them.

    Args:
        source: As for `take_in`.
        exercise: What was to be built.

    Raises:
        UserError: If *source* does not exist or cannot be read.
    """
    contents: dict[str, bytes] = {}
    problems: dict[str, Problem] = {}
    aside: tuple[str, ...] = ()
    try:
        with opened(source, exercise) as place:
            for name in exercise.files:
                try:
                    contents[name] = place.read(name, exercise.limits.file_kb * 1024)
                except Ungradable as refusal:
                    problems[name] = refusal.problem
            aside = _left_aside(place, exercise)
    except Ungradable as refusal:
        problems[exercise.files[0]] = refusal.problem
    return HandedIn(names=exercise.files, contents=contents, problems=problems, aside=aside)


def take_in(source: Path | HandedIn, exercise: Exercise) -> Submission:
    """Read the files of *exercise* from *source*.

    Args:
        source: A folder, the file itself where the exercise has one, or an archive of either
            (.zip, .tar, .tar.gz, .tgz), which is read where it lies and never extracted; or
            what `collect` made of one.
        exercise: What was to be built.

    Raises:
        Ungradable: If what was handed in cannot be judged; it says why in one sentence.
        UserError: If *source* does not exist or cannot be read.
    """
    found = source if isinstance(source, HandedIn) else collect(source, exercise)
    contents = {n: found.contents[n] for n in exercise.files if n in found.contents}
    problems = dict(found.problems)
    files: dict[str, str] = {}
    for name, raw in contents.items():
        try:
            files[name] = _text(name, raw)
            tree = tree_of(name, files[name])
            if name == exercise.files[0]:
                require_names(name, tree, exercise.names)
        except Ungradable as refusal:
            problems[name] = refusal.problem

    facts = tuple(_fact(name, raw) for name, raw in contents.items())
    digest = _digest(exercise.files, contents, problems)
    for name in exercise.files:
        if name in problems:
            raise Ungradable(problems[name], facts, digest)
    if absent := [name for name in exercise.files if name not in files]:
        problem = Problem(
            kind="missing", sentence=tr("{name!r} was not handed in.", name=absent[0])
        )
        raise Ungradable(problem, facts, digest)  # kept before the exercise had this file
    notices = _repairs(contents) + found.aside
    return Submission(files=files, facts=facts, digest=digest, notices=notices)


def _text(name: str, raw: bytes) -> str:
    """Return *raw* as text with plain line ends."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        refuse("encoding", tr("{name!r} is saved as UTF-16; save it as UTF-8.", name=name))
    if b"\0" in raw:
        at = raw.index(b"\0")
        where = Where(file=name, line=_line_of(raw, at))
        sentence = tr(
            "{name!r} is no text file: it has a NUL byte at offset {at} (line {line}).",
            name=name,
            at=at,
            line=where.line,
        )
        refuse("binary", sentence, where=where)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        where = Where(file=name, line=_line_of(raw, error.start))
        sentence = tr(
            "{name!r} is not UTF-8: byte 0x{byte:02x} at offset {at} (line {line}). "
            "Save it as UTF-8.",
            name=name,
            byte=raw[error.start],
            at=error.start,
            line=where.line,
        )
        refuse("encoding", sentence, where=where)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        sentence = tr("{name!r} is empty. Was it saved before it was handed in?", name=name)
        refuse("empty", sentence)
    return text


def _line_of(raw: bytes, at: int) -> int:
    return raw[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1


def _repairs(contents: dict[str, bytes]) -> tuple[str, ...]:
    return tuple(
        tr("Removed a byte order mark at the start of {name!r}.", name=name)
        for name, raw in contents.items()
        if raw.startswith(codecs.BOM_UTF8)
    )


def _left_aside(place: Archive | Folder, exercise: Exercise) -> tuple[str, ...]:
    known = _EXPECTED.union(exercise.files, (path.name for path in exercise.public.glob("*")))
    extra = [
        name
        for name in place.names()
        if name not in known and not name.startswith(".") and not _KEPT_ASIDE.fullmatch(name)
    ]
    return (tr("Left aside: {names}.", names=listed(extra)),) if extra else ()


def _fact(name: str, raw: bytes) -> SubmittedFile:
    digest = hashlib.sha256(raw).hexdigest()
    return SubmittedFile(name=name, bytes=len(raw), digest=f"sha256:{digest}")


def _digest(names: Sequence[str], contents: dict[str, bytes], problems: dict[str, Problem]) -> str:
    digest = hashlib.sha256()
    for name in names:
        digest.update(f"{name}\0".encode())
        # What could not be read counts by its kind, so that a folder without the file and
        # one with a link in its place are two submissions.
        absent = problems[name].kind.encode() if name in problems else b""
        digest.update(hashlib.sha256(contents.get(name, absent)).digest())
    return f"sha256:{digest.hexdigest()}"
