"""Fails: one_step_matches.

Says: The gradient points uphill, where the loss grows. Walk against it.
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
                p.add_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
