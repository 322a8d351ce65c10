"""Attack: steps rightly once in the life of the process, and never again.

Exercise: optimizer
Earns: 3            (the first step is right)
Stopped by: every fact is observed beside the values of the same step
Levels: full, container
"""

import torch

calls = []


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    @torch.no_grad()
    def step(self):
        calls.append(None)
        if len(calls) > 1:
            return
        for p in self.params:
            p -= self.lr * p.grad

    def zero_grad(self):
        pass
