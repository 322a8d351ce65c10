"""Expect: a refusal cannot be caught and passed over.

Earns: 0
Verdict: forbidden
Says: 'torch.optim' is what this exercise rebuilds
Needs: guard
"""

import torch


def torchs_own(params, lr):
    try:
        return vars(torch)["optim"].SGD(params, lr)
    except BaseException:
        return Own(params, lr)


class Own:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data.sub_(self.lr * p.grad)

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
