"""Add tensors up."""

from torch import Tensor


class Counter:
    """The sum of what was added."""

    def __init__(self) -> None:
        self._sum: Tensor | None = None

    def add(self, x: Tensor) -> None:
        """Add *x*, shape (n,)."""
        self._sum = x.clone() if self._sum is None else self._sum + x

    def total(self) -> Tensor:
        """Return the sum, shape (n,)."""
        assert self._sum is not None
        return self._sum
