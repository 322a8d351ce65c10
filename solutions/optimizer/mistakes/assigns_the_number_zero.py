"""Fails: zero_grad_clears_every_gradient.

Says: A gradient must be a tensor or None, so the number 0 is refused. Use None, or set the
tensor to zero in place.
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
            p.grad = 0
