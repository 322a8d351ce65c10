"""Fails: step_returns_nothing.

Says: Your step returns the parameters. It has changed them in place, so there is nothing to
return.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)
        return self.params

    def zero_grad(self):
        for p in self.params:
            p.grad = None
