"""What a probe may use to observe an implementation, inside the cage and in the judge.

Nothing here knows an expected value. What it reports about student code is as
trustworthy as that code's own process: it teaches, the judge decides.
"""

from __future__ import annotations

import contextlib
import sys
import time
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Container

__all__ = ["CountingError", "Lines", "Operations", "raised", "snapshot", "tensor_attribute"]

_TOLIST = Tensor.tolist
# Bound here, before the submission is read, which may replace what it finds on torch's classes.
_AS_SUBCLASS, _DETACH, _CLONE = Tensor.as_subclass, Tensor.detach, Tensor.clone
_OWN_NAMES_ONLY = torch._C.DisableTorchFunctionSubclass  # noqa: SLF001
_ONE = torch.ones(())


_PROCESS_TIME, _THREAD_TIME = time.process_time_ns, time.thread_time_ns
_HAS_CUDA: Callable[[], bool] = torch.cuda.is_initialized
_OTHERS_MAY = 500_000
"""Nanoseconds of processor time: a thread that only waits needs far less, one that works far more."""


def _time_of_others() -> int:
    # This thread's first: asking for it brings the sum up to date, which lags by a tick otherwise.
    own = _THREAD_TIME()
    return _PROCESS_TIME() - own


class CountingError(Exception):
    """Operations are not counted although they should be."""


def raised(call: Callable[..., object], *args: object, **kwargs: object) -> str | None:
    """Call, and return the name of the exception that it raised, or None.

    `NotImplementedError` is never swallowed: it says that a stub is still to be written.
    """
    try:
        call(*args, **kwargs)
    except NotImplementedError:
        raise
    except Exception as error:  # noqa: BLE001 - any exception is an observation here
        return type(error).__name__
    return None


def tensor_attribute(name: str) -> Any:
    """Return torch's own descriptor of an attribute: a subclass of Tensor may give another.

    Fetch it at the top of `probes.py`, before the submission is read.
    """
    return vars(torch._C.TensorBase)[name]  # noqa: SLF001 - it has no public place


def snapshot(tensor: Tensor) -> Tensor:
    """Return a plain copy of *tensor*, as torch itself makes one, whatever its class says."""
    with _OWN_NAMES_ONLY():
        return _CLONE(_DETACH(_AS_SUBCLASS(tensor, Tensor)))


class Lines:
    """Count the lines of Python that run inside the `with` block, a loop's at every turn.

    Args:
        files: Names of the files whose lines count.

    Attributes:
        total: How many ran.
    """

    def __init__(self, files: Container[str]) -> None:
        self.total = 0
        self._files = files

    def __enter__(self) -> Self:
        """Begin to count, in this thread."""
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        """Count no more."""
        sys.settrace(None)

    def _called(self, frame: types.FrameType, event: str, argument: object) -> Any:
        del event, argument
        return self._ran if frame.f_code.co_filename in self._files else None

    def _ran(self, frame: types.FrameType, event: str, argument: object) -> Any:
        del frame, argument
        self.total += event == "line"
        return self._ran


class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Count what torch executes inside the `with` block.

    Attributes:
        calls: ATen operators dispatched, by name.
        elements: Elements written to fresh memory or in place (views are free).
        syncs: Reads of a tensor as Python numbers, which wait for a GPU: each `.item()`, and each
            element of a `.tolist()`; where CUDA is in use, or each wait that torch itself warns of
            (`torch.cuda.set_sync_debug_mode`), if those are more.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: Counter[str] = Counter()
        self.elements = 0
        self._lists = _Lists(self.calls)
        self._waits = _Waits()

    def __enter__(self) -> Self:
        """Begin to count."""
        self._lists.__enter__()  # type: ignore[no-untyped-call]
        super().__enter__()  # type: ignore[no-untyped-call]
        self._require_count()
        self._waits.__enter__()
        self._others = _time_of_others()
        return self

    def __exit__(self, *error: object) -> None:
        """Count no more."""
        others = _time_of_others() - self._others
        self._waits.__exit__(*error)
        try:
            self._require_count()
            if others > _OTHERS_MAY and not _HAS_CUDA():  # whose backward has a thread of its own
                raise CountingError("other threads worked while the work of this one was counted")
        finally:
            super().__exit__(*error)  # type: ignore[no-untyped-call]
            self._lists.__exit__(*error)  # type: ignore[no-untyped-call]

    def _require_count(self) -> None:
        """Raise where an operation of ours is not counted: somebody has switched the counting off."""
        calls, elements = self.calls.copy(), self.elements
        _ONE.add(_ONE)
        _ONE.tolist()
        # In inference mode `tolist` runs operators besides; only these two are asked about.
        counted = self.calls - calls
        if (counted["add"], counted["tolist"], self.elements - elements) != (1, 1, 1):
            raise CountingError("operations were kept from being counted")
        self.calls.clear()
        self.calls.update(calls)
        self.elements = elements

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Tell torch not to import its compiler (1.5 s) just to leave it out of the dispatch."""
        return False

    @property
    def syncs(self) -> int:
        """Number of `.item()` calls and their like."""
        return max(self.calls["_local_scalar_dense"] + self.calls["tolist"], self._waits.total)

    @property
    def total(self) -> int:
        """Operators dispatched in all."""
        return self.calls.total()

    def summary(self) -> dict[str, int]:
        """Return the counts as plain data that can travel."""
        return {"calls": self.total, "elements": self.elements, "syncs": self.syncs}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run *func* and count it."""
        result = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        self.calls[name] += 1
        # `reshape` and `matmul` end in `_unsafe_view`, which writes nothing but is not called a view.
        if not func.is_view and name != "_unsafe_view":
            outputs = result if isinstance(result, list | tuple) else (result,)
            self.elements += sum(out.numel() for out in outputs if isinstance(out, Tensor))
        return result


class _Waits:
    """Count the waits for a GPU that torch warns of; where CUDA is not in use there are none."""

    def __init__(self) -> None:
        self._caught: list[warnings.WarningMessage] = []
        self._block = contextlib.ExitStack()

    def __enter__(self) -> Self:
        if _HAS_CUDA():
            self._block.callback(torch.cuda.set_sync_debug_mode, torch.cuda.get_sync_debug_mode())
            self._caught = self._block.enter_context(warnings.catch_warnings(record=True)) or []
            warnings.simplefilter("always")
            torch.cuda.set_sync_debug_mode("warn")
        return self

    def __exit__(self, *_: object) -> None:
        self._block.close()

    @property
    def total(self) -> int:
        """How many there were."""
        return sum("synchronizing CUDA operation" in str(w.message) for w in self._caught)


class _Lists(TorchFunctionMode):
    """Count the elements that `Tensor.tolist` reads, which reach no operator."""

    def __init__(self, calls: Counter[str]) -> None:
        super().__init__()
        self._calls = calls

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run *func*, and count what it reads."""
        if func is _TOLIST:
            self._calls["tolist"] += args[0].numel()
        return func(*args, **(kwargs or {}))
