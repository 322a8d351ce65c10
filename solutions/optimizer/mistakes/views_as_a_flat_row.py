"""Fails: transposed_parameter_moves, sparse_gradient_matches_torch.

Says: `view(-1)` raises an error for a tensor that is not contiguous. The update needs no
reshaping: it works element by element in any shape.
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
                p.view(-1).sub_(self.lr * p.grad.view(-1))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
