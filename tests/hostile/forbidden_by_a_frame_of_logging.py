"""Expect: a function of the library that hands on a frame is seen through.

Earns: 0
Verdict: forbidden
Says: 'sys._getframe' reaches into
Needs: guard
"""

import logging


def torchs_own(params, lr):
    return logging.currentframe().f_back.f_builtins["__import__"]("torch.optim").SGD(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
