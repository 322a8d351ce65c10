"""Expect: torch's source of it is not opened.

Earns: 0
Verdict: forbidden
Says: it opens torch's own source
Needs: guard
"""

import torch


def torchs_own(params, lr):
    source = open(torch.__file__.replace("__init__", "optim/sgd")).read()
    scope = {"__name__": "torch.optim.own"}
    vars(__import__("functools"))["__builtins__"]["exec"](source, scope)
    return scope["SGD"](params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
