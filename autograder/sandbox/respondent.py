"""Run a probe on a module and say what it saw: what a worker does with student code.

The judge does the same with known mistakes, which are our own code and need no cage; so both
come to the same words for the same behaviour.
"""

from __future__ import annotations

import linecache
import random
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from autograder.errors import did_you_mean
from autograder.probing import Lines, Operations
from autograder.sandbox import limits
from autograder.sandbox.devices import moved, seed, wait_for
from autograder.sandbox.packing import pack, unpack
from autograder.sandbox.wire import (
    Answer,
    Call,
    Failure,
    Go,
    Observation,
    Prepare,
    Prepared,
    WireError,
)

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Respondent", "describe", "execute", "place_of", "unobservable"]

_MESSAGE_LENGTH = 2000
_NAME_LENGTH = 200
_choose_algorithms = torch._C._set_deterministic_algorithms  # noqa: SLF001 - the public one imports much


class Respondent:
    """Answers the questions about one module.

    Args:
        files: The sources of the module under test, by name; what they raise is told with its line.
        probes: What has the probes as attributes.
        device: Where the probes' inputs lie.
    """

    module: types.ModuleType
    """What is under test, once it has been imported."""
    _prepared: Generator[None, None, object]
    """The timed probe that waits at its `yield`."""

    def __init__(self, files: dict[str, str], probes: object, device: str) -> None:
        self.files = files
        self.probes = probes
        self.device = device
        for file, text in files.items():
            linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)

    def import_files(self, scope: dict[str, Any]) -> None:
        """Run the files with the builtins of *scope*, the first of them last: it is the module."""
        main, *others = self.files
        for file in (*others, main):
            self.module = execute(file.removesuffix(".py"), self.files[file], file, scope)

    def answer(self, question: Call | Prepare | Go) -> Answer:
        """Run one probe, or the half of a timed one that is asked for, and say what it saw."""
        try:
            if isinstance(question, Go):
                return Observation(id=question.id, value=pack(self._finish(question)))
            _reset_torch(self.device)
            inputs = moved(unpack(question.inputs), self.device)
            seen = getattr(self.probes, question.probe)(self.module, **inputs)
            if isinstance(question, Prepare):
                next(seen)
                wait_for(self.device)
                self._prepared = seen
                return Prepared(id=question.id)
            return Observation(id=question.id, value=pack(seen))
        except WireError as error:
            return unobservable(question.id, str(error))
        except BaseException as error:  # noqa: BLE001 - student code may raise anything
            return describe(error, question.id, self.files)

    def _finish(self, question: Go) -> object:
        """Return what the prepared probe returns in the end, or the counts of its work."""
        try:
            if question.counted:
                with Lines(self.files) as lines, Operations() as work:
                    next(self._prepared)
            else:
                next(self._prepared)
        except StopIteration as end:
            wait_for(self.device)
            return {**work.summary(), "lines": lines.total} if question.counted else end.value
        raise WireError("nothing, since the timed probe yields twice")


def execute(name: str, source: str, file: str, scope: dict[str, Any]) -> types.ModuleType:
    """Return the module that *source* makes with the builtins of *scope*."""
    module = types.ModuleType(name)
    module.__file__ = file
    module.__dict__["__builtins__"] = scope
    sys.modules[name] = module
    exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - our purpose
    return module


def _reset_torch(device: str) -> None:
    """Undo global settings that an earlier probe may have left behind."""
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    _choose_algorithms(False, warn_only=False)
    seed(0, device)
    np.random.seed(0)  # noqa: NPY002 - the generator that student code may use
    random.seed(0)


def unobservable(question: int, what: str) -> Failure:
    """Return the failure of a question whose answer, *what*, is not to be observed."""
    return Failure(id=question, kind="unobservable", error="", message=f"your code gave {what}")


def describe(error: BaseException, question: int, files: dict[str, str]) -> Failure:
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
    place = place_of(own.tb_frame if own else None, own.tb_lineno if own else 0)
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


def place_of(frame: types.FrameType | None, line: int) -> dict[str, Any]:
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
