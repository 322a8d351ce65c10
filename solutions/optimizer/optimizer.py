"""Plain gradient descent, as `torch.optim.SGD(params, lr)` does it."""

from collections.abc import Iterable

import torch
from torch import Tensor


class Optimizer:
    """Moves parameters against their gradients."""

    def __init__(self, params: Iterable[Tensor], lr: float | Tensor) -> None:
        """Remember *params* and *lr*."""
        # `model.parameters()` is a generator, which can be read only once: keep a list.
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self) -> None:
        """Change every parameter p, in place, to `p - lr * p.grad`."""
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self) -> None:
        """Clear every gradient."""
        for p in self.params:
            p.grad = None
