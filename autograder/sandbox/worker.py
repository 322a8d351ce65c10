"""The worker: runs student code, and answers probes until its channel closes.

By the time this runs the process is caged. Nothing here is trusted by the judge: what
this module does about forbidden names teaches and deters, it does not defend.
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
from autograder.sandbox.packing import pack, unpack
from autograder.sandbox.wire import (
    HEADER,
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

__all__ = ["ForbiddenName", "serve"]

_MESSAGE_LENGTH = 2000
_NAME_LENGTH = 200


class ForbiddenName(Exception):  # noqa: N818 - what a student reads; it is no error of ours
    """Student code reached for what its exercise rebuilds."""


class _Absent(types.ModuleType):
    """Stands where a forbidden name was; every use of it says so."""

    def __init__(self, name: str, notes: list[str]) -> None:
        super().__init__(name)
        self.__dict__["_notes"] = notes

    def __getattr__(self, attribute: str) -> NoReturn:
        self._refuse()

    def __call__(self, *_: object, **__: object) -> NoReturn:
        self._refuse()

    def __mro_entries__(self, _: tuple[object, ...]) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        self._notes.append(self.__name__)
        raise ForbiddenName(f"{self.__name__!r} is what this exercise rebuilds")


class _Session:
    """One submission in this process: its module, its probes, what it must not reach."""

    def __init__(self, load: Load) -> None:
        self.notes: list[str] = []
        self.files = load.files
        for name in load.forbidden:
            _take_away(name, self.notes)
        self.probes = _execute("probes", load.probes, "probes.py", vars(builtins))
        guarded = self._guarded_builtins(load)
        for file, text in load.files.items():
            linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        main, *others = load.files
        for file in (*others, main):
            self.module = _execute(file.removesuffix(".py"), load.files[file], file, guarded)

    def _guarded_builtins(self, load: Load) -> dict[str, Any]:
        """Return the builtins for student code, whose `import` takes the exercise's list only."""
        own = {file.removesuffix(".py") for file in load.files}
        allowed = own.union(load.imports)
        notes, original = self.notes, builtins.__import__

        def guarded_import(
            name: str, scope: Any = None, local: Any = None, names: Any = (), level: int = 0
        ) -> types.ModuleType:
            if not level and name.partition(".")[0] not in allowed and name not in allowed:
                notes.append(name)
                raise ForbiddenName(f"this exercise does not allow 'import {name}'")
            return original(name, scope, local, names, level)

        return {**vars(builtins), "__import__": guarded_import}

    def answer(self, question: Call) -> Answer:
        """Run one probe and say what it saw."""
        _reset_torch()
        self.notes.clear()
        try:
            inputs = unpack(question.inputs)
            probe: Callable[..., object] = getattr(self.probes, question.probe)
            value = probe(self.module, **inputs)
            if self.notes:
                raise ForbiddenName(f"{self.notes[0]!r} is what this exercise rebuilds")  # noqa: TRY301
            observation = Observation(id=question.id, value=pack(value))
        except WireError as error:
            return Failure(
                id=question.id, kind="unobservable", error="", message=f"your code gave {error}"
            )
        except BaseException as error:  # noqa: BLE001 - student code may raise anything
            return _describe(error, question.id, self.files, self.notes)
        return observation


def _take_away(dotted: str, notes: list[str]) -> None:
    """Put an absence in the place of a module, class or function, and of all below it."""
    absent = _Absent(dotted, notes)
    for name in [n for n in sys.modules if n == dotted or n.startswith(f"{dotted}.")]:
        sys.modules[name] = absent
    parent_name, _, attribute = dotted.rpartition(".")
    parent: object = sys.modules.get(parent_name.partition(".")[0])
    for part in parent_name.split(".")[1:]:
        parent = getattr(parent, part, None)
    if parent is not None and hasattr(parent, attribute):
        original = getattr(parent, attribute)
        setattr(parent, attribute, absent)
        _take_away_from_home(original, absent)


def _take_away_from_home(original: object, absent: _Absent) -> None:
    """Hide a class or function also where it is defined, when it was named by a shorter path."""
    home = sys.modules.get(getattr(original, "__module__", None) or "")
    name = getattr(original, "__name__", "")
    if home is not None and getattr(home, name, None) is original:
        setattr(home, name, absent)


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


def _describe(
    error: BaseException, question: int, files: dict[str, str], notes: Sequence[str]
) -> Failure:
    """Say what was raised, and where in the student's own files."""
    # The student's class may define these names anew: ask the types that we know.
    name = type.__dict__["__name__"].__get__(type(error))[:_NAME_LENGTH]
    try:
        return _place(error, name, question, files, notes)
    except BaseException:  # noqa: BLE001 - the error or its class may be made to resist
        message = "(what it says could not be read)"
        return Failure(id=question, kind="raised", error=name, message=message)


def _place(
    error: BaseException, name: str, question: int, files: dict[str, str], notes: Sequence[str]
) -> Failure:
    own = None
    innermost = ""
    step = BaseException.__dict__["__traceback__"].__get__(error)
    while step is not None:
        innermost = step.tb_frame.f_code.co_filename
        if innermost in files:
            own = step
        step = step.tb_next
    file = line = function = source = None
    if own is not None:
        file, line = own.tb_frame.f_code.co_filename, own.tb_lineno
        function = own.tb_frame.f_code.co_name[:_NAME_LENGTH]
        source = linecache.getline(file, line).rstrip("\n")
    kind = "raised"
    if notes or isinstance(error, ForbiddenName):
        kind = "forbidden"
    elif isinstance(error, SystemExit):
        kind = "exited"
    elif (
        isinstance(error, NotImplementedError) and innermost in files and "raise" in (source or "")
    ):
        kind = "not_implemented"  # raised by the stub itself, not by an operator of torch
    return Failure(
        id=question,
        kind=kind,
        error=name,
        message=_text_of(error),
        file=file,
        line=line,
        function=function,
        source=source[:_MESSAGE_LENGTH] if source else None,
    )


def _text_of(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - `__str__` may be the student's
        return "(its message could not be read)"
    suggestion = getattr(error, "name", None)
    if isinstance(error, AttributeError) and isinstance(suggestion, str):
        text += _near_miss(error, suggestion)
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
                session = _Session(question)
                answer: Answer = _missing(session, question) or Loaded()
            except BaseException as error:  # noqa: BLE001 - student code runs at import
                answer = _describe(error, 0, question.files, ())
        elif session is None:
            raise WireError("a probe before a submission")
        else:
            answer = session.answer(question)
        _flush()
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
    except (WireError, TypeError, ValueError, OverflowError) as error:
        question = getattr(answer, "id", 0)
        frame = encode(
            Failure(id=question, kind="unobservable", error="", message=f"your code gave {error}")
        )
    view = memoryview(frame)
    while view:
        view = view[os.write(channel, view) :]
