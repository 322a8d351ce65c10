"""Fails: one_step_matches.

Says: You turn everything into float32, which loses half of a float64 and all imaginary
parts. Leave the dtype as it is.
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
                p.copy_(p.float() - self.lr * p.grad.float())

    def zero_grad(self):
        for p in self.params:
            p.grad = None
