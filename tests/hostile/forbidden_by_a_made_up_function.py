"""Expect: no function is made out of code.

Earns: 0
Verdict: forbidden
Says: reaches into
Needs: guard
"""

import types


def torchs_own(params, lr):
    made = types.FunctionType((lambda: own).__code__, {"own": None})
    return made()(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
