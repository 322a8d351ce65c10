"""Rebuild plain gradient descent: what `torch.optim.SGD(params, lr)` does.

A training loop calls `loss.backward()`, then `optimizer.step()`, then
`optimizer.zero_grad()`. `backward` leaves one gradient in every `p.grad`;
the optimizer turns the gradients into an update of the parameters.
"""

from collections.abc import Iterable

import torch
from torch import Tensor


class Optimizer:
    """Moves parameters against their gradients."""

    def __init__(self, params: Iterable[Tensor], lr: float | Tensor) -> None:
        # `model.parameters()` is a generator, which can be read only once: keep a list.
        self.params = list(params)
        self.lr = lr

    def step(self) -> None:
        # senza no_grad torch si lamenta: "a leaf Variable that requires grad..."
        with torch.no_grad():
            for p in self.params:
                if p.grad is None:  # layer congelato, non si tocca
                    continue
                p -= p.grad * self.lr

    def zero_grad(self) -> None:
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()
