"""The worker: runs student code, and answers probes until its channel closes.

By the time this runs the process is caged. Nothing here is trusted by the judge. What student
code may not reach is `guard`'s business; here a reach for it ends the process, after telling
the judge: what is said at once can be neither caught nor taken back by the code that did it.
"""

from __future__ import annotations

import builtins
import contextlib
import linecache
import os
import random
import sys
import types
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import torch

from autograder.errors import did_you_mean
from autograder.sandbox import guard, limits
from autograder.sandbox.audit_hook import PROBES
from autograder.sandbox.packing import pack, unpack
from autograder.sandbox.wire import (
    HEADER,
    MAX_FRAME,
    Answer,
    Call,
    Failure,
    Load,
    Loaded,
    Observation,
    Question,
    Ready,
    WireError,
    decode_question,
    encode,
    frame_length,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["serve"]

_MESSAGE_LENGTH = 2000
_NAME_LENGTH = 200
_write, _exit = os.write, os._exit  # the module's own names for them are in student code's reach


class _Session:
    """One submission in this process: its module and its probes.

    Args:
        load: What to run.
        channel: Where the judge listens.
    """

    def __init__(self, load: Load, channel: int) -> None:
        self.files = load.files
        self.channel = channel
        self.asked: int | None = 0
        """The question that waits for an answer; 0 while the files are imported."""
        self.taken = guard.take_away(load.forbidden)
        self.probes = _execute("probes", load.probes, PROBES, vars(builtins))
        guarded = guard.guarded_builtins(load)
        for file, text in load.files.items():
            linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        guard.watch(load.forbidden, self.taken, self.refuse)
        main, *others = load.files
        for file in (*others, main):
            self.module = _execute(file.removesuffix(".py"), load.files[file], file, guarded)

    def refuse(self, frame: types.FrameType | None, sentence: str) -> NoReturn:
        """Tell the judge what student code reached for, and end."""
        try:
            if self.asked is not None:
                while frame is not None and frame.f_code.co_filename not in self.files:
                    frame = frame.f_back
                place = _place(frame, frame.f_lineno if frame else 0)
                _flush()
                answer = Failure(
                    id=self.asked, kind="forbidden", error="", message=sentence, **place
                )
                _send(self.channel, answer)
        finally:
            _exit(guard.ENDED)

    def answer(self, question: Call) -> Answer:
        """Run one probe and say what it saw."""
        _reset_torch()
        try:
            inputs = unpack(question.inputs)
            probe: Callable[..., object] = getattr(self.probes, question.probe)
            return Observation(id=question.id, value=pack(probe(self.module, **inputs)))
        except WireError as error:
            return _unobservable(question.id, str(error))
        except BaseException as error:  # noqa: BLE001 - student code may raise anything
            return _describe(error, question.id, self.files)


def _execute(name: str, source: str, file: str, scope: dict[str, Any]) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__file__ = file
    module.__dict__["__builtins__"] = scope
    sys.modules[name] = module
    exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - our purpose
    return module


def _reset_torch() -> None:
    """Undo global settings that an earlier probe may have left behind."""
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002 - the generator that student code may use
    random.seed(0)


def _unobservable(question: int, what: str) -> Failure:
    return Failure(id=question, kind="unobservable", error="", message=f"your code gave {what}")


def _describe(error: BaseException, question: int, files: dict[str, str]) -> Failure:
    """Say what was raised, and where in the student's own files."""
    # The student's class may define these names anew: ask the types that we know.
    name = type.__dict__["__name__"].__get__(type(error))[:_NAME_LENGTH]
    try:
        return _raised(error, name, question, files)
    except BaseException:  # noqa: BLE001 - the error or its class may be made to resist
        message = "(what it says could not be read)"
        return Failure(id=question, kind="raised", error=name, message=message)


def _raised(error: BaseException, name: str, question: int, files: dict[str, str]) -> Failure:
    own = None
    innermost = ""
    step = BaseException.__dict__["__traceback__"].__get__(error)
    while step is not None:
        innermost = step.tb_frame.f_code.co_filename
        if innermost in files:
            own = step
        step = step.tb_next
    place = _place(own.tb_frame if own else None, own.tb_lineno if own else 0)
    kind = "raised"
    if isinstance(error, SystemExit):
        kind = "exited"
    elif (
        isinstance(error, NotImplementedError)
        and innermost in files
        and "raise" in (place["source"] or "")
    ):
        kind = "not_implemented"  # raised by the stub itself, not by an operator of torch
    message, limit = _text_of(error), limits.breach_of(error, innermost)
    return Failure(id=question, kind=kind, error=name, message=message, limit=limit, **place)


def _place(frame: types.FrameType | None, line: int) -> dict[str, Any]:
    """Return the fields of a failure that say where in the student's files it was."""
    if frame is None:
        return {"file": None, "line": None, "function": None, "source": None}
    file, function = frame.f_code.co_filename, frame.f_code.co_name[:_NAME_LENGTH]
    source = linecache.getline(file, line).rstrip("\n")[:_MESSAGE_LENGTH]
    return {"file": file, "line": line, "function": function, "source": source or None}


def _text_of(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - `__str__` may be the student's
        return "(its message could not be read)"
    suggestion = getattr(error, "name", None)
    if isinstance(error, AttributeError) and isinstance(suggestion, str):
        text = f"{text.rstrip('.')}.{near}" if (near := _near_miss(error, suggestion)) else text
    return str.encode(text, "utf-8", "replace").decode()[:_MESSAGE_LENGTH]


def _near_miss(error: AttributeError, name: str) -> str:
    try:
        return did_you_mean(name, [n for n in dir(error.obj) if not n.startswith("__")])
    except BaseException:  # noqa: BLE001 - `__dir__` may be the student's
        return ""


def serve(channel: int, layers: Sequence[str], absent: dict[str, str]) -> None:
    """Answer the judge on *channel* until it closes."""
    _send(channel, Ready(layers=tuple(layers), absent=absent))
    session: _Session | None = None
    while (question := _receive(channel)) is not None:
        if isinstance(question, Load):
            try:
                session = _Session(question, channel)
                answer: Answer = _missing(session, question) or Loaded()
            except BaseException as error:  # noqa: BLE001 - student code runs at import
                answer = _describe(error, 0, question.files)
        elif session is None:
            raise WireError("a probe before a submission")
        else:
            session.asked = question.id
            answer = session.answer(question)
        _flush()
        if session:
            session.asked = None
        _send(channel, answer)


def _missing(session: _Session, load: Load) -> Failure | None:
    for name in load.names:
        if not hasattr(session.module, name):
            near = did_you_mean(name, vars(session.module))
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
        frame = encode(_unobservable(getattr(answer, "id", 0), too_large))
    view = memoryview(frame)
    while view:
        view = view[_write(channel, view) :]
