"""Rebuild plain gradient descent: what `torch.optim.SGD(params, lr)` does.

A training loop calls `loss.backward()`, then `optimizer.step()`, then
`optimizer.zero_grad()`. `backward` leaves one gradient in every `p.grad`;
the optimizer turns the gradients into an update of the parameters.
"""

from collections.abc import Iterable

import torch
from torch import Tensor


class Optimizer:
    """Moves parameters against their gradients.

    Attributes:
        params: The parameters, in the order in which they were given.
        lr: The learning rate; a training loop may assign a new one at any time.
    """

    def __init__(self, params: Iterable[Tensor], lr: float | Tensor) -> None:
        # `model.parameters()` is a generator, which can be read only once: keep a list.
        self.params = list(params)
        self.lr = lr

    def step(self) -> None:
        """Change every parameter p, in place, to `p - lr * p.grad`."""
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= self.lr * p.grad

    def zero_grad(self) -> None:
        # TODO domani: chiedere al prof se zero o None
        raise NotImplementedError("Optimizer.zero_grad: clear the gradient of every parameter")
