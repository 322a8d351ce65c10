from collections.abc import Iterable

from torch import Tensor


class Optimizer:
    def __init__(self, params: Iterable[Tensor], lr: float | Tensor) -> None:
        self.params = list(params)
        self.lr = lr

    def step(self) -> None:
        for parametro in self.params:
            if parametro.grad is not None:
                parametro -= self.lr * parametro.grad

    def zero_grad(self) -> None:
        for parametro in self.params:
            parametro.grad = None
