"""Fails: nothing_is_kept_per_step.

Says: You keep a copy of the parameters from each step, so memory grows until training
stops. Keep only what the next step needs.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.history = []

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)
                self.history.append(p.clone())

    def zero_grad(self):
        for p in self.params:
            p.grad = None
