"""Expect: files are open so many at a time and no more.

Earns: 10
Verdict: failed
Says: your code held more than the 256 open files that this exercise allows
"""

import torch

files = []


def exceed():
    for _ in range(300):
        files.append(open("own", "w"))


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
