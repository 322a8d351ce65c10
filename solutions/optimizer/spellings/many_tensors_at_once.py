"""All parameters in one call, as `torch.optim.SGD(foreach=True)` does it."""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        pairs = [(p, p.grad) for p in self.params if p.grad is not None]
        if not pairs:
            return
        params, grads = map(list, zip(*pairs, strict=True))
        with torch.no_grad():
            torch._foreach_add_(params, grads, alpha=-self.lr)

    def zero_grad(self):
        grads = [p.grad for p in self.params if p.grad is not None]
        if grads:
            torch._foreach_zero_(grads)
