"""One exercise: what its `exercise.toml` says, and where its files lie.

The public half lies in `assignments/<id>/`, the secret half in `solutions/<id>/`;
the id is the whole address. Nothing here imports or runs any of those files.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Self

import msgspec

from autograder.errors import CourseError, did_you_mean
from autograder.language import LANGUAGES

__all__ = ["PARTS", "PERMISSIONS", "SPEED", "Exercise", "Limits", "Policy", "Suite", "Track"]

SPEED = "speed"
"""The part whose checks are judged by the clock."""
PARTS = ("correctness", "parity", SPEED)
PERMISSIONS = ("processes",)
"""What an exercise may allow beyond the default: child processes, in the same cage."""


class Track(StrEnum):
    """Which way through the course an exercise belongs to."""

    CORE = "core"
    LESSON = "lesson"
    INTERNALS = "internals"


class Suite(StrEnum):
    """Which tests of an exercise to run."""

    PUBLIC = "public"
    HIDDEN = "hidden"


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of `exercise.toml`; an unknown key is an error that names the key."""


class Policy(_Table, frozen=True, kw_only=True):
    """What student code may import, and which names it must not reach."""

    imports: tuple[str, ...] = ()
    """Modules allowed beyond the engine's own list (`autograder.submission.policy.ALLOWED`)."""
    forbidden: tuple[str, ...] = ()
    """Dotted names that this exercise rebuilds, with everything below them."""


class Limits(_Table, frozen=True, kw_only=True):
    """Numbers that a submission must not exceed."""

    seconds: float = 3.0
    """CPU seconds of one probe; a starved worker is given more wall time, not less work."""
    memory_mb: int = 1024
    """Memory of the worker beyond what torch itself needs, in MiB."""
    file_kb: int = 256
    """Size of one submitted file, in KiB."""
    scratch_mb: int = 16
    """Size of the only folder that student code can write, in MiB."""
    processes: int = 64
    """Threads at a time; another process is not to be had at all."""
    open_files: int = 256
    """Files, pipes and the like that are open at a time."""
    output_kb: int = 8
    """How much of what a check prints is kept for the report, in KiB."""


class _Table1(_Table, frozen=True, kw_only=True):
    title: str
    summary: str
    order: int
    track: Track
    minutes: tuple[int, int]
    files: tuple[str, ...]
    implement: tuple[str, ...]
    points: dict[str, float]
    requires: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cpu",)
    draft: bool = False
    """Still being written: it is found by its id, and in no list."""
    allow: tuple[str, ...] = ()
    """What student code may do beyond the default; see `PERMISSIONS`."""
    policy: Policy = Policy()
    limits: Limits = Limits()


class Exercise(_Table1, frozen=True, kw_only=True):
    """One thing to build, with the folders that hold it."""

    id: str
    public: Path
    secret: Path
    """`solutions/<id>`; it does not exist where only the student bundle is installed."""
    language: str = LANGUAGES[0]
    """In which its title and summary are told, and its lesson where it has one."""

    @classmethod
    def load(cls, public: Path, secret: Path) -> Self:
        """Read `exercise.toml` in *public*.

        Raises:
            CourseError: If the file is missing or not as it should be; the sentence names the key.
        """
        path = public / "exercise.toml"
        if not public.name.isidentifier():
            raise CourseError(f"{public}: an exercise's id must be a Python identifier.")
        try:
            table = msgspec.toml.decode(path.read_bytes(), type=_Table1)
        except FileNotFoundError as error:
            raise CourseError(f"{public} has no exercise.toml.") from error
        except (msgspec.MsgspecError, ValueError) as error:
            raise CourseError(f"{path}: {_explain(str(error))}") from error
        _validate(table, path)
        return cls(id=public.name, public=public, secret=secret, **msgspec.structs.asdict(table))

    @property
    def names(self) -> tuple[str, ...]:
        """Top-level names that a submission must offer, in the order of `implement`."""
        return tuple(dict.fromkeys(entry.partition(".")[0] for entry in self.implement))

    @property
    def stub(self) -> Path:
        """The file a student starts from."""
        return self.public / self.files[0]

    @property
    def solution(self) -> Path:
        """Our reference."""
        return self.secret / self.files[0]

    @property
    def rights(self) -> tuple[Path, ...]:
        """The solution, then its spellings: right files, none of which may ever fail."""
        return (self.solution, *sorted((self.secret / "spellings").glob("*.py")))

    @property
    def possible(self) -> float:
        """Points of all parts."""
        return sum(self.points.values())

    def suite_folder(self, suite: Suite) -> Path:
        """Return the folder with the probes and tests of *suite*."""
        return self.public / "public" if suite is Suite.PUBLIC else self.secret / "suite"

    @property
    def has_hidden_suite(self) -> bool:
        """Whether the secret half is on this machine."""
        return (self.secret / "suite").is_dir()


def _explain(error: str) -> str:
    """Put msgspec's message into a sentence that names the key and the nearest known one."""
    unknown = re.search(r"unknown field `(\w+)`(?: - at `\$\.?(\w*)`)?", error)
    if not unknown:
        return f"{error}."
    key, table = unknown.groups()
    fields = {"policy": Policy, "limits": Limits}.get(table or "", _Table1).__struct_fields__
    where = f" in [{table}]" if table else ""
    return f"unknown key {key!r}{where}.{did_you_mean(key, fields)}"


def _validate(table: _Table1, path: Path) -> None:
    low, high = table.minutes
    unknown_part = next((part for part in table.points if part not in PARTS), None)
    unknown = next((word for word in table.allow if word not in PERMISSIONS), None)
    problems = {
        "files must name at least one .py file": not table.files
        or not all(Path(name).name == name and name.endswith(".py") for name in table.files),
        "files must begin with '<id>.py'": table.files[:1] != (f"{path.parent.name}.py",),
        "implement must name at least one function or method": not table.implement,
        "minutes must be two numbers, from low to high": not 0 < low <= high,
        f"points names the part {unknown_part!r}; parts are {', '.join(PARTS)}": unknown_part,
        f"allow names {unknown!r}; known are {', '.join(PERMISSIONS)}": unknown is not None,
        "points must be positive": any(points <= 0 for points in table.points.values()),
        "limits must be positive": any(v <= 0 for v in msgspec.structs.astuple(table.limits)),
    }
    for problem, is_wrong in problems.items():
        if is_wrong:
            raise CourseError(f"{path}: {problem}.")
