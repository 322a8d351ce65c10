import torch
from torch import Tensor


class Optimizer:
    def __init__(self, params, lr) -> None:
        self.params: list[Tensor] = list(params)
        self.lr = lr

    def step(self) -> None:
        with torch.no_grad():
            for w in self.params:
                if w.grad is not None:
                    w.sub_(w.grad, alpha=self.lr)

    def zero_grad(self) -> None:
        for w in self.params:
            if w.grad is not None:
                w.grad.zero_   # in place, thats what the underscore is for
