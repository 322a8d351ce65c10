"""Fails: changed_rate_takes_effect.

Says: You work out the learning rate once, in `__init__`. A schedule assigns a new `lr`
between steps, so read it in each step.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.negative_lr = -lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.add_(self.negative_lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
