"""Expect: a list larger than the memory is named as such.

Earns: 10
Verdict: failed
Says: your code asked for more than the 1024 MB of memory that this exercise allows
"""

import torch


def exceed():
    return [None] * 2**28


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        exceed()
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
