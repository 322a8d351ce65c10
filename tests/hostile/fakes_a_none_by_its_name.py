"""Attack: `step` returns an object of a class that is called NoneType.

Exercise: optimizer
Earns: 49           (all is right but what `step` returns)
Stopped by: probes ask `returned is None`
Levels: full, container
"""

import torch


class NoneType:
    """Not the one you know."""


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)
        return NoneType()

    def zero_grad(self):
        for p in self.params:
            p.grad = None
