"""Fails: transposed_parameter_moves, sparse_gradient_matches_torch.

Says: `reshape(-1)` silently copies a tensor that is not contiguous, and you update the
copy. The update needs no reshaping.
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
                p.reshape(-1).sub_(self.lr * p.grad.reshape(-1))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
