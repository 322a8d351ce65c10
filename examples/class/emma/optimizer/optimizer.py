from collections.abc import Iterable

import torch
from torch import Tensor


class Optimizer:
    def __init__(self, params: Iterable[Tensor], lr: float | Tensor) -> None:
        self.params = list(params)
        self.lr = lr

    def _with_grad(self):
        # frozen layers have grad None, the loop should never see them
        return [p for p in self.params if p.grad is not None]

    @torch.no_grad()
    def step(self) -> None:
        for p in self._with_grad():
            p.copy_(p - self.lr * p.grad)

    @torch.no_grad()
    def zero_grad(self) -> None:
        for p in self._with_grad():
            p.grad = torch.zeros_like(p.grad)
