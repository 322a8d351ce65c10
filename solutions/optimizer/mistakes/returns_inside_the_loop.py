"""Fails: every_parameter_moves.

Says: A `return` inside the loop ends the step after the first parameter. Check every
parameter, not just the first.
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
                return

    def zero_grad(self):
        for p in self.params:
            p.grad = None
