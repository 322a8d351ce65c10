"""Fails: step_without_any_gradient_does_nothing.

Says: Torch's functions for lists of tensors refuse an empty list. When no parameter has a
gradient, there is nothing to do.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        params = [p for p in self.params if p.grad is not None]
        torch._foreach_add_(params, [p.grad for p in params], alpha=-self.lr)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
