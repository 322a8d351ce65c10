"""Expect: what is printed is kept up to a bound.

Earns: 49
Verdict: failed
Says: more than the 8 KB that are kept
"""

import torch


def exceed():
    print("x" * 10**4)


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
