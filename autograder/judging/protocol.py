"""Messages between the grader and a judge. Both are ours; a student's text is quoted in them.

Every job has a socket of its own, which the grader hands over; what is said of it is said there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from autograder.results.report import CheckReport, Diagnosis, Problem
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.wire import HEADER, Load

if TYPE_CHECKING:
    import socket

__all__ = [
    "Answer",
    "Broken",
    "CheckDone",
    "Collected",
    "Crashed",
    "Finished",
    "Job",
    "JudgeConfig",
    "PlannedCheck",
    "receive",
    "send",
]


class _Message(msgspec.Struct, frozen=True, tag=True, tag_field="is"):
    """A message; its class's name travels as its tag."""


class JudgeConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What a judge is started with."""

    suite: str
    mistakes: str | None
    devices: tuple[str, ...]
    """Where the checks of parity and speed run."""
    jobs: int
    """Descriptor of the socket on which the sockets of jobs come."""
    control: int
    """Descriptor of the fork server's control socket."""


class Job(_Message, frozen=True, kw_only=True):
    """Grader to judge: one submission to judge."""

    load: Load
    limits: WorkerLimits
    seconds: float
    seed: bytes
    parts: tuple[str, ...] | None = None
    """The only parts whose checks run; None for all."""
    pairs: int | None = None
    """How many pairs of samples each speed check takes; None: until it is decided."""
    unknown: tuple[str, ...] = ()
    """Known mistakes that the diagnosis does without, to see how it fares."""
    diagnosed: bool = True
    """Whether to look for the mistake that it behaves like."""
    language: str = "en"
    """In which the messages are written."""


class PlannedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of a check that has not run."""

    check: str
    part: str
    title: str
    points: float
    hint: str | None
    device: str


class Collected(_Message, frozen=True, kw_only=True):
    """Judge to grader, once: the checks of the suite, in the order in which they run."""

    checks: tuple[PlannedCheck, ...]


class Broken(_Message, frozen=True, kw_only=True):
    """Judge to grader: the suite itself cannot be collected."""

    reason: str


class CheckDone(_Message, frozen=True, kw_only=True):
    """Judge to grader: one verdict."""

    report: CheckReport


class Finished(_Message, frozen=True, kw_only=True):
    """Judge to grader: the end of a job."""

    problem: Problem | None = None
    diagnosis: tuple[Diagnosis, ...] = ()
    layers: tuple[str, ...] = ()
    absent: dict[str, str] = {}


class Crashed(_Message, frozen=True, kw_only=True):
    """Judge to grader: the process that judged ended by itself."""

    reason: str


Answer: TypeAlias = Collected | Broken | CheckDone | Finished | Crashed

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Job | Collected | Broken | CheckDone | Finished | Crashed)


def send(channel: socket.socket, message: Job | Answer) -> None:
    """Send *message* as one frame."""
    body = _encode(message)
    channel.sendall(HEADER.pack(len(body)) + body)


def receive(channel: socket.socket) -> Job | Answer | None:
    """Return the next message, or None where the other end is gone."""
    header = _exactly(channel, HEADER.size)
    if header is None:
        return None
    body = _exactly(channel, HEADER.unpack(header)[0])
    return None if body is None else _decoder.decode(body)


def _exactly(channel: socket.socket, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        part = channel.recv(min(count - len(parts), 2**20))
        if not part:
            return None
        parts += part
    return bytes(parts)
