"""Expect: frames above student code are not given out.

Earns: 0
Verdict: forbidden
Says: 'sys._getframe' reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    return sys._getframe(2).f_globals["torch"].optim.SGD(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
