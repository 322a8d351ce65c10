"""End the process at the first reach for what would lead around the guard.

Python tells an audit hook when frames, other objects' code, the garbage collector's lists or
foreign functions are asked for, and gives no way to take the hook off again. Who asks is judged by
the innermost frame that does more than pass a call on: torch, `dataclasses` and `logging` need
most of these things themselves, and code that uses them is nobody's fault.

Best effort, as all of `guard`: what raises no event is not seen, and code of the standard library
that could be made to ask in a student's stead may remain.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import numpy as np
import torch

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Sequence

__all__ = ["IMPORTED", "NAMED", "PROBES", "REBUILT", "Refuse", "install"]

PROBES = "probes.py"
"""The file name of the probes' code, which is ours."""

# The guard's stand-ins speak to the hook by events, so that they hold nothing that leads to it.
REBUILT = "torchgrade.rebuilt"
"""Something forbidden runs."""
NAMED = "torchgrade.named"
"""Somebody looks into a module that is gone; Python itself does, at times."""
IMPORTED = "torchgrade.imported"
"""Student code imports what its exercise does not allow."""

_Frame: TypeAlias = "types.FrameType | None"
_Rule: TypeAlias = "Callable[[tuple[Any, ...], _Frame], str | None]"
Refuse: TypeAlias = "Callable[[_Frame, str], NoReturn]"

# Nothing that student code may use raises these.
_NEVER = (
    "cpython.PyInterpreterState_New",
    "gc.get_objects",
    "gc.get_referents",
    "gc.get_referrers",
    "sys._current_exceptions",
    "sys._current_frames",
    "sys.addaudithook",
    "sys.monitoring.register_callback",
)
# Python and torch raise these for good reasons; student code has none of its own.
_NOT_DIRECTLY = (
    "code.__new__",
    "compile",
    "ctypes.addressof",
    "ctypes.call_function",
    "ctypes.cdata",
    "ctypes.dlopen",
    "ctypes.dlsym",
    "ctypes.dlsym/handle",
    "ctypes.string_at",
    "exec",
    "function.__new__",
    "marshal.loads",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pickle.find_class",
    "pty.spawn",
    "socket.__new__",
    "subprocess.Popen",
    "sys._getframe",
    "sys.setprofile",
    "sys.settrace",
)
_ON_ATTRIBUTES = ("object.__getattr__", "object.__setattr__")
_ATTRIBUTES = frozenset(
    {"__code__", "ag_code", "ag_frame", "cr_code", "cr_frame", "gi_code", "gi_frame", "tb_frame"}
)

# Who only passes a call on is not who asked.
_PASSING_FILES = (
    "/contextlib.py",
    "/ctypes/__init__.py",
    "/functools.py",
    "/importlib/__init__.py",
    "/inspect.py",
    "/pickle.py",
    "/pkgutil.py",
    "/runpy.py",
    "/sandbox/guard.py",
    "/socket.py",
    "/subprocess.py",
    "/threading.py",
)
_PASSING_FUNCTIONS = frozenset({"<lambda>", "currentframe", "walk_stack", "walk_tb"})


def install(forbidden: Sequence[str], sources: tuple[str, ...], refuse: Refuse) -> None:
    """Have *refuse* called from now on, for good.

    Args:
        forbidden: Dotted names that nobody may import.
        sources: How the paths begin that nobody may open.
        refuse: Told the innermost frame and a sentence; it does not return.
    """
    sys.addaudithook(_hook(_rules(tuple(forbidden), sources), refuse))


def _hook(rules: dict[str, _Rule], refuse: Refuse) -> Callable[[str, tuple[Any, ...]], None]:
    """Return the hook. Only Python's own list of hooks will hold it, which nothing shows.

    The hook and its rules hold all that they need: what lies in a module, others can change.
    """
    getframe, end = sys._getframe, SystemExit  # noqa: SLF001 - the only way to see who asks
    on_attributes, attributes = _ON_ATTRIBUTES, _ATTRIBUTES

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in rules or (event in on_attributes and arguments[1] not in attributes):
            return
        if event == "sys._getframe" and arguments[0].f_code is own_code:
            return  # it is we who ask, in the next line
        frame = getframe().f_back
        sentence = rules[event](arguments, frame)
        if sentence:
            refuse(frame, sentence)
            raise end  # were it made to return, what was asked for would still stay undone

    own_code = hook.__code__
    return hook


def _rules(forbidden: tuple[str, ...], sources: tuple[str, ...]) -> dict[str, _Rule]:
    """Return, for every event that matters, what says why it is refused."""
    is_students, probes = _students_frames(), PROBES
    below = tuple(f"{name}." for name in forbidden)
    fsdecode, type_of, texts = os.fsdecode, type, (str, bytes)

    def rebuilt(arguments: tuple[Any, ...], _: _Frame) -> str:
        return f"{arguments[0]!r} is what this exercise rebuilds"

    def importing(arguments: tuple[Any, ...], frame: _Frame) -> str | None:
        return rebuilt(arguments, frame) if f"{arguments[0]}.".startswith(below) else None

    def opening(arguments: tuple[Any, ...], _: _Frame) -> str | None:
        if type_of(arguments[0]) in texts and fsdecode(arguments[0]).startswith(sources):
            return "it opens torch's own source of what this exercise rebuilds"
        return None

    def reaching(name: str) -> str:
        return f"{name!r} reaches into Python's own insides, which no exercise needs"

    def always(event: str) -> _Rule:
        return lambda *_: reaching(event)

    def never(event: str) -> _Rule:
        return lambda _, frame: (
            None if frame and frame.f_code.co_filename == probes else reaching(event)
        )

    def if_students(rule: _Rule) -> _Rule:
        return lambda arguments, frame: rule(arguments, frame) if is_students(frame) else None

    return {
        **{event: never(event) for event in _NEVER},
        **{event: if_students(always(event)) for event in _NOT_DIRECTLY},
        **{
            event: if_students(lambda arguments, _: reaching(arguments[1]))
            for event in _ON_ATTRIBUTES
        },
        "import": importing,
        "open": opening,
        REBUILT: rebuilt,
        NAMED: if_students(rebuilt),
        IMPORTED: lambda arguments, _: f"this exercise does not allow 'import {arguments[0]}'",
    }


def _students_frames() -> Callable[[_Frame], bool]:
    """Return a function that tells whether student code is what asked, through *frame*."""
    files = [os.__file__, *(str(Path(str(m.__file__)).parent) for m in (np, torch))]
    homes = {f"{Path(file).parent}/" for file in files}
    trusted = (*homes, f"{Path(__file__).parents[1]}/", "<frozen ")
    passing_files, passing_functions, probes = _PASSING_FILES, _PASSING_FUNCTIONS, PROBES

    def is_students(frame: _Frame) -> bool:
        while frame is not None:
            code = frame.f_code
            file = code.co_filename
            if not file.startswith(trusted):
                return file != probes
            if code.co_name not in passing_functions and not file.endswith(passing_files):
                return False
            frame = frame.f_back
        return True  # a thread that begins with what it may not call

    return is_students
