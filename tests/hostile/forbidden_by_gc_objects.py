"""Expect: the collector's list of objects is not given out.

Earns: 0
Verdict: forbidden
Says: 'gc.get_objects' reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    found = sys.modules["gc"].get_objects()
    return next(o for o in found if isinstance(o, type) and o.__name__ == "SGD")(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
