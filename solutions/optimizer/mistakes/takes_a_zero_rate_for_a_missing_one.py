"""Fails: zero_rate_changes_nothing.

Says: Zero counts as false, so your `or` replaces a learning rate of 0 by another one. Zero
is a rate like any other.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        lr = self.lr or 0.01
        for p in self.params:
            if p.grad is not None:
                p.sub_(lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
