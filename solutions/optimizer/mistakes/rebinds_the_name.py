"""Fails: one_step_matches.

Says: `p = p - ...` makes the local name p stand for a new tensor; the parameter never
changes. Change the tensor itself, in place.
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
                p = p - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
