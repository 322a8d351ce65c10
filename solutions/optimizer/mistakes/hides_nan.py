"""Fails: nan_stays_in_its_parameter.

Says: You replace nan and inf before the update, so a broken model looks well. Let them
through: someone needs to see them.
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
                p.sub_(self.lr * torch.nan_to_num(p.grad))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
