"""Fails: one_step_matches.

Says: `torch.no_grad` is a class; a `with` needs one of its objects. Write
`torch.no_grad()`, with parentheses.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        with torch.no_grad:
            for p in self.params:
                if p.grad is not None:
                    p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
