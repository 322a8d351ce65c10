"""What every kind of archive has: members, and bounds on what is believed about them.

Nothing is extracted, and nothing that an archive says about itself is believed before it is
bounded: a bomb costs milliseconds, and what is damaged or disguised is one sentence.
"""

from __future__ import annotations

import struct
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import msgspec

from autograder.language import tr
from autograder.submission.ungradable import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST_MEMBERS", "Member", "damage_in", "refuse_damaged"]

MOST_MEMBERS = 1000
"""How many members an archive may list; nothing beyond them is looked at."""

# What the readers of one version or another of Python let out.
_TRIPS = (
    EOFError,
    OverflowError,
    ValueError,
    struct.error,
    tarfile.HeaderError,
    zipfile.BadZipFile,
    zlib.error,
)


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive says about one of its members; nothing of it is checked."""

    name: str
    mode: int
    """What it is, as `os.stat` would tell it: a regular file, a folder, a link."""
    size: int
    at: int
    snag: tuple[str, str] | None = None
    """Why it cannot be read: the kind of a problem, and the end of a sentence."""


@contextmanager
def damage_in(label: str) -> Iterator[None]:
    """Put what Python's readers stumble over into a sentence about the archive *label*."""
    try:
        yield
    except UnicodeDecodeError as error:
        name = bytes(error.object[:80])
        sentence = tr(
            "{archive!r} has a name that is not UTF-8: {name!r}. Rename that file.",
            archive=label,
            name=name,
        )
        refuse("path", sentence)
    except NotImplementedError:
        sentence = tr(
            "{archive!r} is of a kind that is not read here; hand in a .tar.gz.", archive=label
        )
        refuse("unsupported", sentence)
    except _TRIPS:
        refuse_damaged(label)


def refuse_damaged(label: str) -> NoReturn:
    """Refuse the archive *label* as one that no tool would have made, or the network cut off."""
    sentence = tr(
        "{archive!r} is damaged or incomplete; make it anew and hand it in again.", archive=label
    )
    refuse("damaged", sentence)
