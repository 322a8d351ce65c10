"""Expect: text is not run as code.

Earns: 0
Verdict: forbidden
Says: reaches into
Needs: guard
"""


def torchs_own(params, lr):
    scope = {}
    exec("import torch.optim\nown = torch.optim.SGD", scope)
    return scope["own"](params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
