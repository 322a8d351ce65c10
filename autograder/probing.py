"""What a probe may use to observe an implementation, inside the cage and in the judge.

Nothing here knows an expected value. What it reports about student code is as
trustworthy as that code's own process: it teaches, the judge decides.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Operations", "raised"]


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


class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Count what torch executes inside the `with` block.

    Attributes:
        calls: ATen operators dispatched, by name.
        elements: Elements written to fresh memory or in place (views are free).
        syncs: Reads of a tensor as a Python number (`.item()`), which wait for a GPU.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: Counter[str] = Counter()
        self.elements = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Tell torch not to import its compiler (1.5 s) just to leave it out of the dispatch."""
        return False

    @property
    def syncs(self) -> int:
        """Number of `.item()` calls and their like."""
        return self.calls["_local_scalar_dense"]

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
