"""Expect: a copy of torch that announces itself to the profiler is known.

Earns: 0
Verdict: forbidden
Says: 'torch.optim' is what this exercise rebuilds
Needs: guard
"""

import torch


def torchs_own(params, lr):
    return Copied(params, lr)


class Copied:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr
        self.step()

    def step(self):
        with torch.autograd.profiler.record_function("Optimizer.step#SGD.step"):
            for p in self.params:
                if p.grad is not None:
                    p.data.add_(p.grad, alpha=-self.lr)

    def zero_grad(self):
        for p in self.params:
            p.grad = None


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
