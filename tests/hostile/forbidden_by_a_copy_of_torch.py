"""Expect: a copy of torch that announces itself to the profiler is known.

Earns: 10
Verdict: forbidden
Says: 'torch.optim' is what this exercise rebuilds
Needs: guard
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        with torch.autograd.profiler.record_function("Optimizer.step#SGD.step"):
            for p in self.params:
                if p.grad is not None:
                    p.add_(p.grad, alpha=-float(self.lr))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
