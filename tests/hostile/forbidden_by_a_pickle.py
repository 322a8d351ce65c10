"""Expect: a pickle names nothing.

Earns: 0
Verdict: forbidden
Says: 'pickle.find_class' reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    return sys.modules["pickle"].loads(b"ctorch.optim.sgd\nSGD\n.")(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
