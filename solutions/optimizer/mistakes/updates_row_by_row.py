"""Fails: step_does_little_work, parameters_may_have_any_shape.

Says: You loop over the rows in Python, which is slow for large tensors and fails for a
single number. One operation updates the whole tensor.
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
                for row, gradient in zip(p, p.grad, strict=True):
                    row.sub_(self.lr * gradient)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
