"""Import torch without its compiler, which nothing here uses.

torch imports `torch._dynamo` (1.5 s, measured with torch 2.13.0) the first time that an
optimizer or a dispatch mode is used, only to switch it off for that call. Here its place is
taken by a module that has nothing to switch off.
"""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, TypeVar

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["leave_compiler_out"]

_Function = TypeVar("_Function", bound="Callable[..., object]")


def _disable(function: _Function, recursive: bool = True, **_: object) -> _Function:  # noqa: ARG001
    """Return *function* as it is: there is no compiler that could touch it."""
    return function


def leave_compiler_out() -> None:
    """Put an empty `torch._dynamo` in place, unless the real one is imported already."""
    if "torch._dynamo" in sys.modules:
        return
    empty = types.ModuleType("torch._dynamo", "Left out by torchgrade: nothing is compiled here.")
    vars(empty).update(disable=_disable, graph_break=lambda: None, is_compiling=lambda: False)
    sys.modules["torch._dynamo"] = empty
    torch._dynamo = empty  # noqa: SLF001 - the place where torch looks for it
