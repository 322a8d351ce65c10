"""Expect: nobody traces what runs next.

Earns: 0
Verdict: forbidden
Says: 'sys.settrace' reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    sys.settrace(lambda frame, *_: frame)
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
