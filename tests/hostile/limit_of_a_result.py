"""Expect: a result is so large and no larger.

Earns: 10
Verdict: failed
Says: your code gave a result of more than 64 MB
"""

import torch


def exceed():
    return None


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = torch.zeros(20_000_000)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
