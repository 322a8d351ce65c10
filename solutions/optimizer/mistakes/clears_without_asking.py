"""Fails: zero_grad_before_backward_is_harmless, training_matches_torch.

Says: Before the first backward, and in a frozen layer, the gradient is None, and None has
no `zero_`. Ask first.
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
            p.grad.zero_()
