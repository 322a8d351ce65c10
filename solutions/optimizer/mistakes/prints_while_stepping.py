"""Fails: step_returns_nothing.

Says: Your step prints, thousands of times in a real run. Take the `print` out when you have
seen what you needed.
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
        print("stepped", len(self.params), "parameters")

    def zero_grad(self):
        for p in self.params:
            p.grad = None
