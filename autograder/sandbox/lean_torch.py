"""Import torch without its compiler, which hardly anything here uses.

torch imports `torch._dynamo` (1.5 s, measured with torch 2.13.0) the first time that an
optimizer or a dispatch mode is used, only to switch it off for that call. Here its place is
taken by a module that has nothing to switch off, until somebody asks for more than that:
then the real one is imported, so that no code meets a torch that can do less than torch.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.util
import sys
import types
from typing import TYPE_CHECKING, Any, TypeVar

import torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec

__all__ = ["leave_compiler_out"]

_NAME = "torch._dynamo"
_Function = TypeVar("_Function", bound="Callable[..., object]")


def _disable(function: _Function, recursive: bool = True, **_: object) -> _Function:  # noqa: ARG001
    """Return *function* as it is: there is no compiler that could touch it."""
    return function


class _CompiledAutograd:
    """Stands for `torch._dynamo.compiled_autograd`, which `torch.func` switches off for a while."""

    _disable = staticmethod(contextlib.nullcontext)


class _Empty(types.ModuleType):
    """Stands where the compiler would be."""

    def __getattr__(self, name: str) -> Any:
        """Give what is asked for out of the real module."""
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)  # the import system's own questions
        return getattr(_real(), name)


class _Finder:
    """Finds the compiler's modules, where somebody imports one of them."""

    @staticmethod
    def find_spec(name: str, *_: object) -> ModuleSpec | None:
        """Bring the real compiler in at the first question for a module of it."""
        if not name.startswith(f"{_NAME}."):
            return None
        _real()
        if name not in sys.modules:
            return importlib.util.find_spec(name)
        return importlib.util.spec_from_loader(name, _Loaded(sys.modules[name]))


class _Loaded(importlib.abc.Loader):
    """Gives a module that came in while another was imported, as it is."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module
        self._spec, self._loader = module.__spec__, module.__loader__

    def create_module(self, _: ModuleSpec) -> types.ModuleType:
        """Return the module."""
        return self._module

    def exec_module(self, module: types.ModuleType) -> None:
        """Undo what the import system changed."""
        module.__spec__, module.__loader__ = self._spec, self._loader


def _real() -> types.ModuleType:
    """Return the real compiler, imported in the place of the empty one."""
    if isinstance(sys.modules.get(_NAME), _Empty):
        del sys.modules[_NAME]
        vars(torch).pop("_dynamo", None)
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not _Finder]
    return importlib.import_module(_NAME)


def leave_compiler_out() -> None:
    """Put an empty `torch._dynamo` in place, unless the real one is imported already."""
    if _NAME in sys.modules:
        return
    empty = _Empty(_NAME, "Left out by torchgrade until it is used.")
    vars(empty).update(
        __path__=[],
        disable=_disable,
        graph_break=lambda: None,
        is_compiling=lambda: False,
        compiled_autograd=_CompiledAutograd,
    )
    sys.modules[_NAME] = empty
    sys.meta_path.insert(0, _Finder)
    torch._dynamo = empty  # noqa: SLF001 - the place where torch looks for it
