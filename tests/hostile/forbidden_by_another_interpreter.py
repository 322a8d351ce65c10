"""Expect: there is no second interpreter without the guard.

Earns: 0
Verdict: forbidden
Says: reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    interpreters = sys.modules["importlib"].import_module("_xxsubinterpreters")
    own = interpreters.create()
    interpreters.run_string(own, "import torch.optim")
    return own


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
