"""Expect: a module that was forgotten is not imported anew.

Earns: 0
Verdict: forbidden
Says: what this exercise rebuilds
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    for name in [n for n in sys.modules if n.startswith("torch.optim")]:
        del sys.modules[name]
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
