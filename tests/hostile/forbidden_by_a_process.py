"""Expect: no process is started that nobody guards.

Earns: 0
Verdict: forbidden
Says: 'os.fork' reaches into
Needs: guard
"""

import contextlib

os = vars(contextlib)["os"]


def torchs_own(params, lr):
    if os.fork():
        os.wait()
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
