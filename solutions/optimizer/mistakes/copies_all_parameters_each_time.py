"""Fails: step_does_little_work.

Says: You copy every parameter once for each parameter, so twice the layers cost four times
the work. An update in place needs no copy.
"""

import copy

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                old = copy.deepcopy(self.params)
                p.copy_(old[i] - self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
