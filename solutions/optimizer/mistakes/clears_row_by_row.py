"""Fails: zero_grad_does_little_work.

Says: You clear each row by itself in a Python loop. One operation clears the whole
gradient, and None costs nothing.
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
                for row in p.grad:
                    row.zero_()
