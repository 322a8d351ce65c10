"""Expect: who refers to what is not told.

Earns: 0
Verdict: forbidden
Says: 'gc.get_referrers' reaches into
Needs: guard
"""

import contextlib

sys = vars(contextlib)["sys"]
import torch


def torchs_own(params, lr):
    found = sys.modules["gc"].get_referrers(torch.nn.Module)
    return found[0]["SGD"](params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
