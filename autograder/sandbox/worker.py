"""The worker: runs student code, and answers probes until its channel closes.

By the time this runs the process is caged. Nothing here is trusted by the judge. What student
code may not reach is `guard`'s business; here a reach for it ends the process, after telling
the judge: what is said at once can be neither caught nor taken back by the code that did it.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from autograder.errors import did_you_mean
from autograder.sandbox import guard
from autograder.sandbox.audit_hook import PROBES
from autograder.sandbox.respondent import Respondent, describe, execute, place_of, unobservable
from autograder.sandbox.wire import (
    HEADER,
    MAX_FRAME,
    Answer,
    Failure,
    Importing,
    Load,
    Loaded,
    Question,
    Ready,
    WireError,
    decode_question,
    encode,
    frame_length,
)

if TYPE_CHECKING:
    import types
    from collections.abc import Sequence

__all__ = ["serve"]

_write, _exit = os.write, os._exit  # the module's own names for them are in student code's reach


class _Session:
    """One submission in this process: its probes, and its module once it has been imported.

    Args:
        load: What to run.
        channel: Where the judge listens.
    """

    def __init__(self, load: Load, channel: int) -> None:
        self.channel = channel
        self.asked: int | None
        """The question that waits for an answer; 0 while the files are imported."""
        self.taken = guard.take_away(load.forbidden)
        self._probes = execute("probes", load.probes, PROBES, vars(builtins))
        self._builtins = guard.guarded_builtins(load)
        self.take(load)
        guard.watch(load.forbidden, self.taken, self.refuse)
        _forget_our_modules()

    def take(self, load: Load) -> None:
        """Answer for the files of *load* from now on: known mistakes take turns in one worker."""
        self.files = load.files
        self.asked = 0
        self.respondent = Respondent(load.files, self._probes, load.device)

    def import_files(self) -> None:
        """Run the submission, the first of its files last."""
        self.respondent.import_files(self._builtins)

    def refuse(self, frame: types.FrameType | None, sentence: str) -> NoReturn:
        """Tell the judge what student code reached for, and end."""
        try:
            if self.asked is not None:
                while frame is not None and frame.f_code.co_filename not in self.files:
                    frame = frame.f_back
                place = place_of(frame, frame.f_lineno if frame else 0)
                _flush()
                answer = Failure(
                    id=self.asked, kind="forbidden", error="", message=sentence, **place
                )
                _send(self.channel, answer)
        finally:
            _exit(guard.ENDED)


def _forget_our_modules() -> None:
    """Take probes and engine out of the table of modules, where they are at hand to be replaced."""
    for name in [n for n in sys.modules if n == "probes" or n.partition(".")[0] == "autograder"]:
        del sys.modules[name]


def serve(channel: int, layers: Sequence[str], absent: dict[str, str]) -> None:
    """Answer the judge on *channel* until it closes."""
    _send(channel, Ready(layers=tuple(layers), absent=absent))
    session: _Session | None = None
    while (question := _receive(channel)) is not None:
        if isinstance(question, Load):
            if session is None:
                session = _Session(question, channel)
            else:
                session.take(question)
            _send(channel, Importing())
            try:
                session.import_files()
                answer: Answer = _missing(session, question) or Loaded()
            except BaseException as error:  # noqa: BLE001 - student code runs at import
                answer = describe(error, 0, question.files)
        elif session is None:
            raise WireError("a probe before a submission")
        else:
            session.asked = question.id
            answer = session.respondent.answer(question)
        _flush()
        session.asked = None
        _send(channel, answer)


def _missing(session: _Session, load: Load) -> Failure | None:
    for name in load.names:
        if not hasattr(session.respondent.module, name):
            near = did_you_mean(name, vars(session.respondent.module))
            message = f"{next(iter(load.files))!r} defines no {name!r}.{near}"
            return Failure(id=0, kind="missing_name", error="", message=message)
    return None


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):  # the student may have replaced or closed them
            stream.flush()


def _receive(channel: int) -> Question | None:
    header = _read(channel, HEADER.size)
    if header is None:
        return None
    body = _read(channel, frame_length(header))
    return None if body is None else decode_question(body)


def _read(channel: int, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        part = os.read(channel, min(count - len(parts), 2**20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _send(channel: int, answer: Answer) -> None:
    try:
        frame = encode(answer)
    except (WireError, TypeError, ValueError, OverflowError):
        too_large = f"a result of more than {MAX_FRAME >> 20} MB"
        frame = encode(unobservable(getattr(answer, "id", 0), too_large))
    view = memoryview(frame)
    while view:
        view = view[_write(channel, view) :]
