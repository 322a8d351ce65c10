"""Fails: zero_grad_clears_nan.

Says: Zero times nan is nan, so one bad batch spoils every gradient after it. Set the
gradient to zero, or to None.
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

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad *= 0
