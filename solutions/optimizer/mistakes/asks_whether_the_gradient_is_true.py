"""Fails: one_step_matches.

Says: `if p.grad:` asks whether a whole tensor is true, which has no answer. Ask whether the
gradient `is not None`.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
