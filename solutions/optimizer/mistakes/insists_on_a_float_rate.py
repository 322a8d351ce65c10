"""Fails: rate_as_a_tensor_matches_torch.

Says: You refuse a learning rate that is not a float. A tensor with zero dimensions
multiplies just as well.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        if not isinstance(self.lr, float):
            raise TypeError(f"lr must be a float, not {type(self.lr).__name__}")
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
