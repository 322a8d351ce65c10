"""Expect: text is not compiled.

Earns: 0
Verdict: forbidden
Says: 'compile' reaches into
Needs: guard
"""

import functools


def torchs_own(params, lr):
    builtins = functools.wraps.__globals__["__builtins__"]
    code = builtins["compile"]("torch.optim.SGD", "torch/own.py", "eval")
    return builtins["eval"](code)(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
