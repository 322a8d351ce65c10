"""List the members of a zip archive and read those that are asked for.

`zipfile` does the reading. What is added are the bounds that it lacks: on the directory,
on what one piece of input may unpack to, and on the time that takes.
"""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

from autograder.language import tr
from autograder.submission.members import Member, damage_in, refuse_damaged
from autograder.submission.ungradable import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Zip"]

_MOST_DIRECTORY = 2**20  # bytes; a thousand members need a tenth of it
_FRAMING = 4096  # bytes that deflate may add to a file

# Bits of a member's flags.
_ENCRYPTED = 0x41  # encrypted, strongly encrypted
_UTF8 = 0x800


class Zip:
    """The members of a zip archive."""

    def __init__(self, raw: bytes, label: str) -> None:
        self._label = label
        with damage_in(label):
            file = _Directory(raw, label)
            self._zip = zipfile.ZipFile(file)
            file.is_read = True

    def listed(self) -> Iterator[Member]:
        """Yield every member in the order of the directory."""
        for at, info in enumerate(self._zip.infolist()):
            name, mode, snag = _name(info), _mode(info), _snag(info)
            yield Member(name=name, mode=mode, size=info.file_size, at=at, snag=snag)

    def read(self, member: Member) -> bytes:
        """Return all bytes of *member*; its size is the caller's to bound."""
        info = self._zip.infolist()[member.at]
        # Blocks without content would keep the inflater busy for seconds.
        if info.compress_size > member.size + member.size // 8 + _FRAMING:
            refuse_damaged(self._label)
        with damage_in(self._label), self._zip.open(info) as file:
            raw = file.read(member.size + 1)
        if len(raw) != member.size:
            refuse_damaged(self._label)
        return raw


class _Directory(io.BytesIO):
    """A zip archive, of which the directory is not read where it is too large.

    How many members there are is nowhere to be trusted, but every one of them has its place
    in the directory, which `ZipFile` reads in one piece.
    """

    is_read = False

    def __init__(self, raw: bytes, label: str) -> None:
        super().__init__(raw)
        self._label = label

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.is_read and size is not None and size > _MOST_DIRECTORY:
            sentence = tr(
                "{archive!r} lists too much, in a directory of {size:,} bytes; the limit is "
                "{most:,}. Hand in your own files only.",
                archive=self._label,
                size=size,
                most=_MOST_DIRECTORY,
            )
            refuse("too_many", sentence)
        return super().read(size)


def _name(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename  # the other one ends at the first NUL
    if not info.flag_bits & _UTF8:
        # Some systems write UTF-8 without saying so.
        try:
            return name.encode("cp437").decode()
        except UnicodeError:
            return name
    return name


def _mode(info: zipfile.ZipInfo) -> int:
    if info.orig_filename.endswith("/"):
        return stat.S_IFDIR
    return stat.S_IFMT(info.external_attr >> 16) or stat.S_IFREG


def _snag(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    if info.flag_bits & _ENCRYPTED:
        return "encrypted", "is encrypted; make the archive without a password"
    # The others have no bound on what one piece of input unpacks to.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        method = f"by a method (number {info.compress_type}) that is not read here"
        return "unsupported", f"is compressed {method}; hand in a plain .zip"
    return None
