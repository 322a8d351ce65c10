"""Notice torch's own answer by what it leaves behind, wherever its code came from.

Some names that an exercise rebuilds have no Python code that a guard could take away: their
kernels are reached through torch's dispatcher, by `torch.ops`, `torch._VF` or TorchScript alike.
So the kernel itself is replaced. And torch's classes announce themselves to its profiler, also
from a copy of their source.

Best effort, as all of `guard`: a copy without those announcements is told from a student's own
code by nobody but a reader.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.profiler import record_function

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["replace_kernels", "watch_marks"]

_RANGES = {
    "Optimizer.": "torch.optim",
    "enumerate(DataLoader)": "torch.utils.data.DataLoader",
}
"""How the names of profiler ranges begin that only this torch class opens."""


def replace_kernels(forbidden: Sequence[str], refuse: Callable[[str], object]) -> object:
    """Have *refuse* called where a forbidden, private operator would run, by whatever route.

    Only names such as `torch._fused_sgd_`: a public operator is part of others, too.

    Returns:
        What keeps the replacements in force while it is held.
    """
    library = torch._C._dispatch_library("IMPL", "aten", "CPU", __file__, 1)  # noqa: SLF001
    for dotted in forbidden:
        name = dotted.rpartition(".")[2]
        packet = getattr(torch.ops.aten, name, None) if name.startswith("_") else None
        for overload in packet.overloads() if packet else ():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that a kernel is replaced is the purpose
                full = name if overload == "default" else f"{name}.{overload}"
                library.impl(full, "CPU", _kernel(dotted, refuse))
    return library


def _kernel(name: str, refuse: Callable[[str], object]) -> Callable[..., object]:
    def kernel(*_: object, **__: object) -> object:
        return refuse(name)

    return kernel


def watch_marks(forbidden: Sequence[str], refuse: Callable[[str], object]) -> None:
    """Have *refuse* called where a profiler range of a forbidden class is opened."""
    marks = {mark: name for mark, name in _RANGES.items() if name in forbidden}
    if not marks:
        return
    original = record_function.__init__

    def watched(self: record_function, name: str, *rest: Any, **named: Any) -> None:
        for mark, owner in marks.items():
            if name.startswith(mark):
                refuse(owner)
        original(self, name, *rest, **named)

    record_function.__init__ = watched  # type: ignore[method-assign]
