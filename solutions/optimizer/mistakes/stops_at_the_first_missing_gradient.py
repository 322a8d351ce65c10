"""Fails: parameters_without_gradient_are_skipped, fifty_steps_match_torch.

Says: A parameter without a gradient ends your loop, and those after it never move. Go on
with the next one.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                break
            p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
