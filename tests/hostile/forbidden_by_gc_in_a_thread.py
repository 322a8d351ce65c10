"""Expect: a thread that begins with a forbidden function ends there.

Earns: 0
Verdict: forbidden
Says: 'gc.get_objects' reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]


def torchs_own(params, lr):
    found = []
    thread = sys.modules["threading"].Thread(
        target=lambda: found.extend(map(id, sys.modules["gc"].get_objects()))
    )
    thread.start()
    thread.join()
    return found


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
