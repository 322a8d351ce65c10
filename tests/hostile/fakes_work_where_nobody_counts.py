"""Attack: reads every element as a Python number by `tolist`, which no operation of torch is counted for.

Exercise: optimizer
Earns: 45           (right values, by a loop in Python over every element)
Stopped by: `tolist` counts as a read of each element; and the processor time
Levels: full, container
"""

import torch


def minus(value, grad, lr):
    if isinstance(value, list):
        return [minus(a, g, lr) for a, g in zip(value, grad)]
    return value - lr * grad


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            if p.dtype != torch.float64 or p.grad.is_sparse or isinstance(self.lr, torch.Tensor):
                p -= self.lr * p.grad
                continue
            numbers = minus(p.tolist(), p.grad.tolist(), self.lr)
            p.copy_(torch.tensor(numbers, dtype=p.dtype).view(p.shape))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
