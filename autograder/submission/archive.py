"""Find an exercise's files in an archive that somebody who may not be trusted has made.

An archive is looked into like a folder and never extracted. Where the files may lie is
settled by their names alone; a name that would lead elsewhere, or that two systems would
read differently, is refused, and what else is in there is left aside.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from autograder.language import marked, tr
from autograder.submission.folder import found_instead, listed, require_file, require_size
from autograder.submission.folder import opened as folder_opened
from autograder.submission.members import MOST_MEMBERS
from autograder.submission.tarfiles import Tar, inflated, is_tar
from autograder.submission.ungradable import refuse
from autograder.submission.zipfiles import Zip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autograder.course.exercise import Exercise
    from autograder.submission.folder import Folder
    from autograder.submission.members import Member

__all__ = ["SUFFIXES", "Archive", "entries", "opened"]

# By these a source is known as an archive; which kind it is, its contents tell.
SUFFIXES = (
    *(".zip", ".tar", ".tar.gz", ".tgz", ".gz"),
    *(".7z", ".rar", ".bz2", ".tbz", ".tbz2", ".txz", ".xz", ".zst"),  # refused by name
)
"""What an archive's name ends in; some are looked into, the others refused with a sentence."""
_GZIP = b"\x1f\x8b"
_NOT_READ = {
    b"7z\xbc\xaf\x27\x1c": marked("a 7z"),
    b"Rar!": marked("a RAR"),
    b"\xfd7zXZ": marked("an xz"),
    b"BZh": marked("a bzip2"),
    b"\x28\xb5\x2f\xfd": marked("a zstd"),
}
_MOST_BYTES = 10 * 2**20  # of the archive itself
_LONGEST_NAME = 1024
_LONGEST_PART = 255  # no system could unpack a longer one
_SHOWN = 80  # characters of a name in a sentence
_DRIVE = re.compile("[A-Za-z]:")
_MAC_FOLDER, _MAC_FILE = "__MACOSX", ".DS_Store"

_Parts = tuple[str, ...]


class Archive:
    """An open archive; its files are reached as those of a folder are.

    Raises:
        Ungradable: If it cannot be told where in it the files of *exercise* lie.
    """

    def __init__(self, label: str, members: Zip | Tar, exercise: Exercise) -> None:
        self._label = label
        self._members = members
        self._entries = tuple(self._listed(exercise))
        if not self._entries:
            sentence = tr(
                "{archive!r} has no files; hand in {names}.",
                archive=label,
                names=listed(exercise.files),
            )
            refuse("empty", sentence)
        self._base = self._find_base(exercise)
        for parts, member in self._entries:
            if self._base[: len(parts)] == parts and not stat.S_ISDIR(member.mode):
                sentence = tr(
                    "{name} in {archive!r} is no folder, but has files.",
                    name=_shown(member.name),
                    archive=label,
                )
                refuse("duplicate", sentence)

    def names(self) -> list[str]:
        """Return the names beside the exercise's files, and beside their folder, sorted."""
        depth = len(self._base)
        found: set[str] = set()
        for parts, _ in self._entries:
            if parts[:depth] != self._base:
                found.update(parts[depth - 1 : depth])
            else:
                found.update(parts[depth : depth + 1])
        return sorted(found)

    def read(self, name: str, limit: int) -> bytes:
        """Return the bytes of the file *name*, at most *limit* of them.

        Raises:
            Ungradable: If something else is there, or more, or more than one.
        """
        member = self._member(name)
        if member.snag:
            kind, what = member.snag
            refuse(kind, f"{name!r} in {self._label!r} {what}.")
        require_file(name, member.mode)
        require_size(name, member.size, limit)
        return self._members.read(member)

    def _listed(self, exercise: Exercise) -> Iterator[tuple[_Parts, Member]]:
        """Yield every member but a Mac's own, with the parts of its name."""
        members = list(islice(self._members.listed(), MOST_MEMBERS + 1))
        if len(members) > MOST_MEMBERS:
            sentence = tr(
                "{archive!r} has more than {most:,} entries; hand in {names} only.",
                archive=self._label,
                most=MOST_MEMBERS,
                names=listed(exercise.files),
            )
            refuse("too_many", sentence)
        for member in members:
            parts = self._parts(member.name)
            if parts and parts[0] != _MAC_FOLDER and not parts[-1].startswith(("._", _MAC_FILE)):
                yield parts, member

    def _parts(self, name: str) -> _Parts:
        """Return the parts of *name*, which stays below the folder that it is unpacked in."""
        parts = tuple(part for part in name.split("/") if part not in {"", "."})
        problems = {
            marked("has a NUL"): "\0" in name,
            marked("has backslashes"): "\\" in name,
            marked("is absolute"): name.startswith("/") or _DRIVE.match(name),
            marked("leads out of its folder"): ".." in parts,
            marked("is too long"): len(name) > _LONGEST_NAME
            or any(len(part) > _LONGEST_PART for part in parts),
        }
        for problem, is_so in problems.items():
            if is_so:
                sentence = tr(
                    "A name in {archive!r} {problem}: {name}. "
                    "Pack the folder with your system's own tool.",
                    archive=self._label,
                    problem=tr(problem),
                    name=_shown(name),
                )
                refuse("path", sentence)
        return parts

    def _find_base(self, exercise: Exercise) -> _Parts:
        """Return the folder of the exercise's files: the root, the top folder, or one in it."""
        name = exercise.files[0]
        root: _Parts = () if self._has((name,)) else self._only_folder()
        if self._has((*root, name)):
            return root
        depth = len(root)
        folders = {p[depth] for p, _ in self._entries if p[:depth] == root and len(p) > depth + 1}
        named = [folder for folder in folders if _key(folder) == _key(exercise.id)]
        meant = sorted(named or (f for f in folders if self._has((*root, f, name))))
        if len(meant) > 1:
            sentence = tr(
                "{archive!r} has more than one folder for {name!r}: {folders}; "
                "hand in one of them.",
                archive=self._label,
                name=name,
                folders=listed(meant),
            )
            refuse("ambiguous", sentence)
        return (*root, *meant)

    def _only_folder(self) -> _Parts:
        """Return the folder that everything lies in, if there is one."""
        tops = {parts[0] for parts, _ in self._entries}
        is_folder = any(len(p) > 1 or stat.S_ISDIR(m.mode) for p, m in self._entries)
        return tuple(tops) if len(tops) == 1 and is_folder else ()

    def _has(self, path: _Parts) -> bool:
        return any(parts[: len(path)] == path for parts, _ in self._entries)

    def _member(self, name: str) -> Member:
        """Return the one member that is *name*, whichever system unpacks the archive."""
        depth = len(self._base)
        alike = [(p, m) for p, m in self._inside() if _key(p[depth]) == _key(name)]
        spelt = {parts[depth] for parts, _ in alike}
        if name not in spelt:
            refuse("missing", self._missing(name))
        found = [member for parts, member in alike if len(parts) == depth + 1]
        is_folder = len(found) < len(alike)
        if len(spelt) > 1:
            others = ", ".join(sorted(map(ascii, spelt - {name})))
            sentence = tr(
                "{archive!r} has {others} beside {name!r}; keep one of them.",
                archive=self._label,
                others=others,
                name=name,
            )
            refuse("duplicate", sentence)
        if len(found) > 1 or (found and is_folder and not stat.S_ISDIR(found[0].mode)):
            sentence = tr(
                "{archive!r} has {name!r} more than once; make it anew.",
                archive=self._label,
                name=name,
            )
            refuse("duplicate", sentence)
        if not found:
            require_file(name, stat.S_IFDIR)
        return found[0]

    def _inside(self) -> Iterator[tuple[_Parts, Member]]:
        depth = len(self._base)
        return ((p, m) for p, m in self._entries if p[:depth] == self._base and len(p) > depth)

    def _missing(self, name: str) -> str:
        depth = len(self._base)
        files = [
            parts[depth]
            for parts, member in self._inside()
            if len(parts) == depth + 1 and stat.S_ISREG(member.mode) and parts[depth][0] != "."
        ]
        deeper = next(
            (parts[:-1] for parts, _ in self._entries if parts[1:] and parts[-1] == name), None
        )
        archive = next((file for file in files if file.lower().endswith(SUFFIXES)), None)
        found = found_instead(name, sorted(files))
        if deeper:
            place = _shown("/".join(deeper))
            found = tr("it lies in {place}. Hand in that folder.", place=place)
        elif archive:
            found = tr("found another archive, {archive!r}. Hand in that one.", archive=archive)
        return tr(
            "{archive!r} has no {name!r}; {found}", archive=self._label, name=name, found=found
        )


def _members_of(raw: bytes, label: str) -> Zip | Tar:
    """Return the members of the archive *raw*, whose kind its contents tell, not its name."""
    if not raw:
        sentence = tr("{name!r} is empty. Was it saved before it was handed in?", name=label)
        refuse("empty", sentence)
    if raw.startswith(_GZIP):
        data = inflated(raw, label)
        if is_tar(data):
            return Tar(data, label)
        sentence = tr("{archive!r} holds no archive, only one file.", archive=label)
        refuse("not_an_archive", sentence)
    if is_tar(raw):
        return Tar(raw, label)
    if not raw.startswith(b"PK") and not zipfile.is_zipfile(io.BytesIO(raw)):
        for magic, name in _NOT_READ.items():
            if raw.startswith(magic):
                sentence = tr(
                    "{archive!r} is {kind} archive; hand in a .zip or .tar.gz.",
                    archive=label,
                    kind=tr(name),
                )
                refuse("unsupported", sentence)
        sentence = tr("{archive!r} is no archive, whatever its name says.", archive=label)
        refuse("not_an_archive", sentence)
    return Zip(raw, label)


@contextmanager
def opened(source: Path, exercise: Exercise) -> Iterator[Archive | Folder]:
    """Open *source*: a folder, the exercise's only file, or an archive.

    Raises:
        Ungradable: If *source* is a symbolic link, or an archive that cannot be read.
        UserError: If *source* does not exist or cannot be read, or is one file of several.
    """
    is_archive = source.name.lower().endswith(SUFFIXES)
    with folder_opened(source, (source.name,) if is_archive else exercise.files) as place:
        if not is_archive or not place.only:
            yield place
            return
        raw = place.read(source.name, _MOST_BYTES)
        yield Archive(source.name, _members_of(raw, source.name), exercise)


def entries(source: Path) -> tuple[tuple[str, ...], ...]:
    """Return the parts of every name in the archive *source*, but for what a Mac puts there.

    They are only for telling what it may hold; who reads a file of it opens it anew.

    Raises:
        Ungradable: If it cannot be read.
        UserError: If *source* does not exist or cannot be read.
    """
    with folder_opened(source, (source.name,)) as place:
        raw = place.read(source.name, _MOST_BYTES)
    listed_members = islice(_members_of(raw, source.name).listed(), MOST_MEMBERS)
    names = (tuple(p for p in m.name.split("/") if p not in {"", "."}) for m in listed_members)
    return tuple(parts for parts in names if parts and parts[0] != _MAC_FOLDER)


def _key(name: str) -> str:
    """Return what *name* has in common with all names that some system takes for the same."""
    visible = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    folded = unicodedata.normalize("NFKC", visible).casefold()
    return unicodedata.normalize("NFKC", folded).rstrip(" .")


def _shown(name: str) -> str:
    return repr(name if len(name) <= _SHOWN else f"{name[: _SHOWN - 1]}…")
