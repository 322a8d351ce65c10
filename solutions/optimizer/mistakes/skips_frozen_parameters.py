"""Fails: frozen_parameter_with_a_gradient_matches_torch.

Says: You skip a frozen parameter although it has a gradient. In torch, and in rule 1, only
`p.grad` decides.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.requires_grad and p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
