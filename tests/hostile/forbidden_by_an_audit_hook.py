"""Expect: nobody else listens to what Python reports.

Earns: 0
Verdict: forbidden
Says: 'sys.addaudithook' reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    sys.addaudithook(print)
    return None


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
