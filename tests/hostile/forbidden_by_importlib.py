"""Expect: importing by a function leads to nothing.

Earns: 0
Verdict: forbidden
Says: 'torch.optim' is what this exercise rebuilds
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    return sys.modules["importlib"].import_module("torch.optim").SGD(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
