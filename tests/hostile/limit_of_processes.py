"""Expect: another process is not to be had.

Earns: 10
Verdict: failed
Says: your code started another process, which this exercise does not allow
"""

import torch
from torch.utils.data import DataLoader


def exceed():
    list(DataLoader([1, 2, 3], num_workers=1))


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
