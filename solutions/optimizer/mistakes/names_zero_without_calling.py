"""Fails: zero_grad_clears_every_gradient.

Says: `p.grad.zero_` only names the method. Without parentheses nothing happens, and the
gradients keep adding up.
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
                p.grad.zero_  # noqa: B018
