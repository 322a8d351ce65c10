"""Fails: two_optimizers_keep_apart.

Says: You store the parameters on the class, which all optimizers share, so the newest one's
list replaces the others'. Store them on `self`.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        Optimizer.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
