"""Fails: step_reads_no_value, nan_stays_in_its_parameter, parameters_may_have_any_shape,
sparse_gradient_matches_torch.

Says: You look at the largest element before the update. That waits for the GPU each time,
fails where there is no element, and skips nan. Only None needs skipping.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None and p.grad.abs().max().item() > 0:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
