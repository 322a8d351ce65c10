"""Fails: step_does_little_work, step_reads_no_value.

Says: You turn each tensor into Python numbers, to round them one by one. Rounding makes no
gradient better, and a list handles every number by itself; leave the arithmetic to the tensor.
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
                continue
            if p.grad.is_sparse or p.is_complex():
                p.sub_(self.lr * p.grad)
                continue
            rounded = [round(g, 12) for g in p.grad.flatten().tolist()]
            steps = [round(float(self.lr) * g, 12) for g in rounded]
            p.sub_(torch.tensor(steps, dtype=p.dtype).view(p.shape))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
